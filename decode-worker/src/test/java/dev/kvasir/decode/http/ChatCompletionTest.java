package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.TestApi.json;
import static dev.kvasir.decode.http.TestApi.q;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kvasir.decode.AttentionMode;
import dev.kvasir.decode.Completion.FinishReason;
import dev.kvasir.decode.GenerationRequest;
import dev.kvasir.engine.prompt.Message;
import dev.kvasir.engine.prompt.Passage;
import dev.kvasir.engine.prompt.PrefixMode;
import dev.kvasir.engine.prompt.SegmentedPrompt;
import dev.kvasir.engine.repair.Repair;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ChatCompletionTest {
  private static final String USER = "'messages':[{'role':'user','content':'Who?'}]";
  private static TestApi api;

  @BeforeAll
  static void start() {
    api = new TestApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void reset() {
    api.generator.requests.clear();
    api.generator.script = FakeGenerator.says("Hel", "lo", " there");
  }

  @Test
  void chat_plainQuestion_answersAnOpenAiObject() {
    JsonNode answer = chat("{'model':'tiny/model'," + USER + "}");

    assertThat(answer.path("id").asText()).startsWith("chatcmpl-");
    assertThat(answer.path("object").asText()).isEqualTo("chat.completion");
    assertThat(answer.path("created").asLong()).isPositive();
    assertThat(answer.path("model").asText()).isEqualTo("tiny/model");
    assertThat(answer.path("choices")).hasSize(1);
    JsonNode choice = answer.at("/choices/0");
    assertThat(choice.path("index").asInt()).isZero();
    assertThat(choice.at("/message/role").asText()).isEqualTo("assistant");
    assertThat(choice.at("/message/content").asText()).isEqualTo("Hello there");
    assertThat(choice.path("finish_reason").asText()).isEqualTo("stop");
    int prompt = answer.at("/usage/prompt_tokens").asInt();
    assertThat(prompt).isEqualTo(request().prompt().tokens());
    assertThat(answer.at("/usage/completion_tokens").asInt()).isEqualTo(3);
    assertThat(answer.at("/usage/total_tokens").asInt()).isEqualTo(prompt + 3);
    assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").asInt()).isZero();
    assertThat(answer.at("/block_cache/blocks")).isEmpty();
  }

  @Test
  void chat_documents_becomeBlocksThatTheAnswerNames() {
    JsonNode answer =
        chat(
            "{"
                + USER
                + ",'documents':[{'id':'a','title':'T','text':'One.'},{'id':7,'text':'Two.'},'Three.']}");

    SegmentedPrompt expected =
        TestApi.LAYOUT.chat(
            List.of(new Message(Message.Role.USER, "Who?")),
            List.of(
                new Passage(Optional.of("a"), Optional.of("T"), "One."),
                new Passage(Optional.of("7"), Optional.empty(), "Two."),
                new Passage(Optional.empty(), Optional.empty(), "Three.")),
            PrefixMode.SINK);
    assertThat(request().prompt()).isEqualTo(expected);
    assertThat(request().mode()).isEqualTo(AttentionMode.BLOCK);
    JsonNode cache = answer.path("block_cache");
    assertThat(cache.path("mode").asText()).isEqualTo("block");
    assertThat(cache.path("prefix").asText()).isEqualTo("sink");
    assertThat(cache.path("ttft_ms").asDouble()).isEqualTo(12.0);
    assertThat(cache.path("blocks").findValuesAsText("id"))
        .containsExactly("null", "a", "7", "null");
    assertThat(cache.path("blocks").findValuesAsText("title")).containsExactly("T");
    assertThat(cache.path("blocks").findValuesAsText("source"))
        .containsExactly("local", "grid", "encoded", "encoded");
    JsonNode first = cache.at("/blocks/1");
    assertThat(first.path("hash").asText()).isEqualTo(expected.blocks().get(1).key().hex());
    assertThat(first.path("tokens").asInt()).isEqualTo(expected.blocks().get(1).tokens().size());
    assertThat(first.path("bytes").asInt()).isEqualTo(first.path("tokens").asInt() * 10);
    assertThat(first.path("ms").asDouble()).isEqualTo(1.235);
    int cached = answer.at("/usage/prompt_tokens_details/cached_tokens").asInt();
    assertThat(cached)
        .isEqualTo(cache.at("/blocks/0/tokens").asInt() + cache.at("/blocks/1/tokens").asInt());
    assertThat(cache.path("computed_tokens").asInt())
        .isEqualTo(answer.at("/usage/prompt_tokens").asInt() - cached);
  }

  @Test
  void chat_sameTextTwice_namesBothDocuments() {
    JsonNode answer =
        chat("{" + USER + ",'documents':[{'id':'a','text':'One.'},{'id':'b','text':'One.'}]}");
    assertThat(answer.at("/block_cache/blocks").findValuesAsText("id"))
        .containsExactly("null", "a", "b");
  }

  @Test
  void chat_documentParts_followTheTopLevelDocuments() {
    chat(
        """
        {'documents':[{'text':'zero'}],
         'messages':[
          {'role':'system','content':[{'type':'text','text':'Be'},{'type':'text','text':'brief'}]},
          {'role':'user','content':[{'type':'document','title':'t','text':'one'},{'type':'text','text':'First?'}]},
          {'role':'assistant','content':'Yes','refusal':null,'tool_calls':[]},
          {'role':'user','content':[
            {'type':'document','source':{'type':'text','media_type':'text/plain','data':'two'},'cache_control':{'type':'ephemeral'}},
            {'type':'text','text':'Second?'}]}]}
        """);
    assertThat(request().prompt())
        .isEqualTo(
            TestApi.LAYOUT.chat(
                List.of(
                    new Message(Message.Role.SYSTEM, "Be\nbrief"),
                    new Message(Message.Role.USER, "First?"),
                    new Message(Message.Role.ASSISTANT, "Yes"),
                    new Message(Message.Role.USER, "Second?")),
                List.of(
                    passage("zero", Optional.empty()),
                    passage("one", Optional.of("t")),
                    passage("two", Optional.empty())),
                PrefixMode.SINK));
  }

  @Test
  void chat_attentionFields_chooseModeAndPrefix() {
    String documents = ",'documents':['One.'],'block_attention':";
    assertThat(mode(USER + documents + "{'mode':'full','prefix':'none'}")).isEqualTo("full none");
    assertThat(mode(USER + documents + "{'mode':'block','prefix':'system'}"))
        .isEqualTo("block system");
    assertThat(mode(USER + documents + "{'mode':'auto'}")).isEqualTo("block sink");
    assertThat(mode(USER + documents + "{'mode':null}")).isEqualTo("block sink");
  }

  @Test
  void chat_repairs_reachTheGeneratorAndTheAnswer() {
    assertThat(repair("{'repair':'edge-16'}")).isEqualTo(new Repair.Edge(16));
    assertThat(repair("{'repair':'blend-15'}")).isEqualTo(new Repair.Blend(15));
    assertThat(repair("{'repair':'none'}")).isEqualTo(Repair.NONE);
    assertThat(repair("{'ape':{}}")).isEqualTo(Repair.Ape.DEFAULT);
    assertThat(repair("{'ape':{'temperature':0.5,'scale':1.25}}"))
        .isEqualTo(new Repair.Ape(0.5, 1.25));
    JsonNode answer =
        chat("{" + USER + ",'documents':['One.'],'block_attention':{'repair':'edge-4'}}");
    assertThat(answer.at("/block_cache/repair").asText()).isEqualTo("edge-4");
    assertThat(answer.at("/block_cache/computed_share").asDouble())
        .isEqualTo(
            answer.at("/block_cache/computed_tokens").asDouble()
                / answer.at("/usage/prompt_tokens").asDouble(),
            within(1e-4));
  }

  private static Repair repair(String attention) {
    chat("{" + USER + ",'documents':['One.'],'block_attention':" + attention + "}");
    Repair repair = request().repair();
    api.generator.requests.clear();
    return repair;
  }

  @Test
  void chat_fullAfter_readsLaterDocumentsWithFullAttention() {
    String documents = ",'documents':[{'id':'a','text':'One.'},{'id':'b','text':'Two.'}]";
    JsonNode answer = chat("{" + USER + documents + ",'block_attention':{'full_after':1}}");
    SegmentedPrompt prompt = request().prompt();
    api.generator.requests.clear();
    chat("{" + USER + documents + "}");
    SegmentedPrompt blocks = request().prompt();
    api.generator.requests.clear();
    chat("{" + USER + documents + ",'block_attention':{'full_after':0}}");

    assertThat(prompt.blocks()).isEqualTo(blocks.blocks().subList(0, 2));
    assertThat(prompt.allTokens()).isEqualTo(blocks.allTokens());
    assertThat(answer.at("/block_cache/blocks").findValuesAsText("id"))
        .containsExactly("null", "a");
    assertThat(request().mode()).isEqualTo(AttentionMode.FULL);
    assertThat(request().prompt()).isEqualTo(blocks);
  }

  @Test
  void chat_blocksClosed_autoIsFullAndBlockIsRefusedWithTheReason() {
    String documents = ",'documents':[{'text':'One.','collection':'news'}]";
    try (TestApi other = new TestApi()) {
      other.stop("tenant:tests", Optional.of("news"), "blocks were stopped for collection news");
      other.stop("tenant:other", Optional.empty(), "not this tenant's");
      JsonNode auto = other.chat(q("{" + USER + documents + "}"));
      JsonNode refused =
          json(
              other
                  .post(
                      "/v1/chat/completions",
                      q("{" + USER + documents + ",'block_attention':{'mode':'block'}}"))
                  .body());
      JsonNode elsewhere = other.chat(q("{" + USER + ",'documents':['Two.']}"));

      assertThat(auto.at("/block_cache/mode").asText()).isEqualTo("full");
      assertThat(refused.at("/error/code").asText()).isEqualTo("block_attention_refused");
      assertThat(refused.at("/error/param").asText()).isEqualTo("block_attention.mode");
      assertThat(refused.at("/error/message").asText())
          .isEqualTo("blocks were stopped for collection news; ask for full attention");
      assertThat(elsewhere.at("/block_cache/mode").asText()).isEqualTo("block");
      JsonNode model = json(other.get("/v1/models").body()).at("/data/0/block_attention");
      assertThat(model.path("state").asText()).isEqualTo("open");
      assertThat(model.path("stopped_collections").asInt()).isEqualTo(2);
    }
  }

  @Test
  void chat_samplingFields_reachTheGenerator() {
    chat(
        "{"
            + USER
            + ",'max_completion_tokens':9,'temperature':0.5,'top_p':0.25,'seed':-3,'stop':['a','b']}");
    assertThat(request().sampling().maxTokens()).isEqualTo(9);
    assertThat(request().sampling().temperature()).isEqualTo(0.5);
    assertThat(request().sampling().topP()).isEqualTo(0.25);
    assertThat(request().sampling().seed()).isEqualTo(OptionalLong.of(-3));
    assertThat(request().sampling().stop()).containsExactly("a", "b");
  }

  @Test
  void chat_noSamplingFields_usesTheDefaults() {
    chat("{" + USER + ",'stop':'x'}");
    assertThat(request().sampling().maxTokens()).isEqualTo(100);
    assertThat(request().sampling().temperature()).isEqualTo(1.0);
    assertThat(request().sampling().topP()).isEqualTo(1.0);
    assertThat(request().sampling().seed()).isEmpty();
    assertThat(request().sampling().stop()).containsExactly("x");
  }

  @Test
  void chat_longPrompt_leavesTheRestOfTheContextForTheAnswer() {
    chat("{'messages':[{'role':'user','content':'" + "x".repeat(1_930) + "'}]}");
    assertThat(request().sampling().maxTokens())
        .isEqualTo(TestApi.CONTEXT - request().prompt().tokens())
        .isLessThan(100);
  }

  @Test
  void chat_harmlessAndNeutralFields_areAccepted() {
    chat(
        "{"
            + USER
            + """
            ,'n':1,'user':'u','metadata':{'a':'b'},'store':false,'parallel_tool_calls':true,
            'service_tier':'auto','presence_penalty':0,'frequency_penalty':0.0,'logit_bias':{},
            'logprobs':false,'top_logprobs':0,'tools':[],'tool_choice':'none','audio':null,
            'response_format':{'type':'text'},'modalities':['text'],'prompt_cache_key':'k'}
            """);
    assertThat(api.generator.requests).hasSize(1);
  }

  @Test
  void chat_answerThatReachesItsLimit_saysLength() {
    api.generator.script =
        stage -> {
          stage.prompt();
          stage.text("x");
          stage.finish(FinishReason.LENGTH);
        };
    assertThat(chat("{" + USER + "}").at("/choices/0/finish_reason").asText()).isEqualTo("length");
  }

  @Test
  void chat_specialTokensAndNulAndEmoji_stayText() {
    chat("{'messages':[{'role':'user','content':'<|im_end|>\\u0000\\ud83d\\ude00'}]}");
    assertThat(request().prompt())
        .isEqualTo(
            TestApi.LAYOUT.chat(
                List.of(new Message(Message.Role.USER, "<|im_end|>\0\ud83d\ude00")),
                List.of(),
                PrefixMode.SINK));
  }

  private static String mode(String fields) {
    JsonNode cache = chat("{" + fields + "}").path("block_cache");
    return cache.path("mode").asText() + " " + cache.path("prefix").asText();
  }

  private static Passage passage(String text, Optional<String> title) {
    return new Passage(Optional.empty(), title, text);
  }

  private static GenerationRequest request() {
    return api.generator.requests.element();
  }

  private static JsonNode chat(String body) {
    return api.chat(q(body));
  }
}
