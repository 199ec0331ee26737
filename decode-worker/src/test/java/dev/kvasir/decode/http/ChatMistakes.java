package dev.kvasir.decode.http;

import static dev.kvasir.decode.http.Mistake.CHAT;
import static dev.kvasir.decode.http.Mistake.USER;
import static dev.kvasir.decode.http.Mistake.asked;
import static dev.kvasir.decode.http.Mistake.chat;
import static dev.kvasir.decode.http.Mistake.unsupported;

import java.util.stream.Stream;

/** Mistakes in requests to /v1/chat/completions. */
final class ChatMistakes {
  private ChatMistakes() {}

  static Stream<Mistake> messages() {
    return Stream.of(
        new Mistake(CHAT, "{}", "missing_required_parameter", "messages", "messages is missing"),
        asked("[]", "messages", "messages is empty"),
        asked("{}", "messages", "must be a list, but is an object"),
        asked("[3]", "messages[0]", "must be an object, but is a number"),
        new Mistake(
            CHAT,
            "{'messages':[{'content':'x'}]}",
            "missing_required_parameter",
            "messages[0].role",
            "is missing"),
        asked("[{'role':'robot','content':'x'}]", "messages[0].role", "assistant, developer"),
        asked("[{'role':7,'content':'x'}]", "messages[0].role", "must be a string"),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'tool','content':'x'}]}",
            "unsupported_parameter",
            "messages[0].role",
            "tools are not"),
        asked("[{'role':'user','content':7}]", "messages[0].content", "but is a number"),
        asked("[{'role':'user','content':[]}]", "messages[0].content", "is empty"),
        asked("[{'role':'user','content':' \\n'}]", "messages[0].content", "send the question"),
        asked("[{'role':'user','content':'\\ud800'}]", "messages[0].content", "surrogate"),
        asked("[{'role':'user','content':'a\\udc00'}]", "messages[0].content", "surrogate"),
        asked(
            "[{'role':'user','content':'a'},{'role':'assistant','content':'b'}]",
            "messages[1].role",
            "must be from the user"),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':'a','tool_calls':[{}]}]}",
            "unsupported_parameter",
            "messages[0].tool_calls",
            "leave it out"),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':'a','mood':'x'}]}",
            "unknown_parameter",
            "messages[0].mood",
            "unknown field: messages[0].mood"));
  }

  static Stream<Mistake> parts() {
    String text = "{'type':'text','text':'a'}";
    String document = "{'type':'document','text':'d'}";
    return Stream.of(
        part(text + "," + document, "[1]", "behind the final user text"),
        part(document, "", "send the question"),
        part("{'type':'text','text':3}," + text, "[0].text", "must be a string"),
        part("{'type':'document','text':' '}," + text, "[0].text", "is empty"),
        part("{'type':'document'}," + text, "[0]", "either text or source"),
        part(
            "{'type':'document','text':'d','collection':'A/B'}," + text,
            "[0].collection",
            "not the name of a collection"),
        part("{'type':'document','text':'d','source':{}}," + text, "[0]", "either text or source"),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{}},"
                + text
                + "]}]}",
            "unsupported_parameter",
            "messages[0].content[0].type",
            "image_url"),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':[{'type':'document','source':{'type':'base64','data':'x'}},"
                + text
                + "]}]}",
            "unsupported_parameter",
            "messages[0].content[0].source.type",
            "send \"text\""),
        new Mistake(
            CHAT,
            "{'messages':[{'role':'user','content':[{'type':'text','text':'a','cache_control':{}}]}]}",
            "unsupported_parameter",
            "messages[0].content[0].cache_control",
            "send a document part"),
        asked(
            "[{'role':'system','content':[" + document + "]},{'role':'user','content':'a'}]",
            "messages[0].content[0].type",
            "only a user message"));
  }

  private static Mistake part(String parts, String param, String says) {
    return asked(
        "[{'role':'user','content':[" + parts + "]}]", "messages[0].content" + param, says);
  }

  static Stream<Mistake> documents() {
    return Stream.of(
        chat("'documents':{}", "documents", "must be a list"),
        chat("'documents':[1]", "documents[0]", "but is a number"),
        chat("'documents':['']", "documents[0]", "is empty"),
        chat("'documents':[{'text':''}]", "documents[0].text", "is empty"),
        chat("'documents':[{'text':'x','id':[]}]", "documents[0].id", "a string or an integer"),
        chat("'documents':[{'text':'x','title':4}]", "documents[0].title", "must be a string"),
        chat("'documents':[" + "'x',".repeat(20) + "'x']", "documents", "send at most 20"),
        new Mistake(
            CHAT,
            "{" + USER + ",'documents':[{'id':'a'}]}",
            "missing_required_parameter",
            "documents[0].text",
            "is missing"),
        new Mistake(
            CHAT,
            "{" + USER + ",'documents':[{'text':'x','score':1}]}",
            "unknown_parameter",
            "documents[0].score",
            "leave it out"));
  }

  static Stream<Mistake> values() {
    return Stream.of(
        chat("'max_tokens':0", "max_tokens", "must be an integer from 1"),
        chat("'max_tokens':-5", "max_tokens", "must be an integer from 1"),
        chat("'max_tokens':'5'", "max_tokens", "must be an integer, but is a string"),
        chat("'max_tokens':1.5", "max_tokens", "must be an integer"),
        chat("'max_tokens':99999999999999999999", "max_tokens", "must be an integer from 1"),
        chat("'max_tokens':1,'max_completion_tokens':2", "max_tokens", "send one of them"),
        chat("'temperature':-0.1", "temperature", "from 0.0 to 2.0"),
        chat("'temperature':2.1", "temperature", "from 0.0 to 2.0"),
        chat("'temperature':1e999", "temperature", "from 0.0 to 2.0"),
        chat("'temperature':'hot'", "temperature", "must be a number"),
        chat("'top_p':0", "top_p", "above 0"),
        chat("'top_p':1.01", "top_p", "from 0.0 to 1.0"),
        chat("'seed':1.5", "seed", "must be an integer"),
        chat("'seed':9223372036854775808", "seed", "must be an integer from"),
        chat("'stop':5", "stop", "up to 4 strings"),
        chat("'stop':['a','b','c','d','e']", "stop", "send at most 4"),
        chat("'stop':['a','']", "stop[1]", "empty string"),
        chat("'stream':'yes'", "stream", "must be true or false"),
        chat("'stream_options':{}", "stream_options", "needs \"stream\": true"),
        chat("'stream':true,'stream_options':[]", "stream_options", "must be an object"),
        chat("'model':7", "model", "must be a string"),
        chat("'block_attention':'full'", "block_attention", "must be an object"),
        chat("'block_attention':{'mode':'fast'}", "block_attention.mode", "auto, block, full"),
        chat("'block_attention':{'prefix':'x'}", "block_attention.prefix", "none, sink, system"));
  }

  static Stream<Mistake> repairs() {
    String repair = "block_attention.repair";
    String bounds = "edge-K (K tokens, 1 to 9999) or blend-R (R per cent, 1 to 100)";
    return Stream.of(
        chat("'block_attention':{'repair':'edge'}", repair, bounds),
        chat("'block_attention':{'repair':'edge-0'}", repair, bounds),
        chat("'block_attention':{'repair':'edge-12345'}", repair, bounds),
        chat("'block_attention':{'repair':'blend-101'}", repair, "but is \"blend-101\""),
        chat("'block_attention':{'repair':7}", repair, "must be a string"),
        chat("'block_attention':{'mode':'full','repair':'edge-4'}", repair, "is about blocks"),
        chat(
            "'block_attention':{'mode':'full','full_after':1}",
            "block_attention.full_after",
            "is about blocks"),
        chat(
            "'block_attention':{'repair':'edge-4','ape':{}}",
            "block_attention.ape",
            "exclude each other"),
        chat("'block_attention':{'ape':0.9}", "block_attention.ape", "must be an object"),
        chat(
            "'block_attention':{'ape':{'temperature':0}}",
            "block_attention.ape.temperature",
            "from 0.01 to 2"),
        chat(
            "'block_attention':{'ape':{'scale':2.1}}", "block_attention.ape.scale", "from 0.01 to"),
        chat(
            "'block_attention':{'full_after':-1}",
            "block_attention.full_after",
            "an integer from 0"),
        new Mistake(
            CHAT,
            "{" + USER + ",'block_attention':{'ape':{'heat':1}}}",
            "unknown_parameter",
            "block_attention.ape.heat",
            "leave it out"));
  }

  static Stream<Mistake> fields() {
    return Stream.of(
        unsupported("'n':2,'tools':[{}],'logprobs':true", "n", "n other than 1, tools, logprobs"),
        unsupported("'n':'1'", "n", "n other than 1"),
        unsupported("'tool_choice':'required'", "tool_choice", "tool_choice"),
        unsupported("'functions':[{}]", "functions", "functions"),
        unsupported("'top_logprobs':3", "top_logprobs", "top_logprobs"),
        unsupported("'response_format':{'type':'json_object'}", "response_format", "text"),
        unsupported("'logit_bias':{'5':1}", "logit_bias", "logit_bias"),
        unsupported("'presence_penalty':0.5", "presence_penalty", "other than 0"),
        unsupported("'frequency_penalty':-1", "frequency_penalty", "other than 0"),
        unsupported("'audio':{}", "audio", "audio"),
        unsupported("'modalities':['audio']", "modalities", "modalities"),
        unsupported("'reasoning_effort':'high'", "reasoning_effort", "reasoning_effort"),
        new Mistake(
            CHAT, "{" + USER + ",'top_k':5}", "unknown_parameter", "top_k", "unknown field: top_k"),
        new Mistake(
            CHAT,
            "{" + USER + ",'" + "k".repeat(5_000) + "\\ud800':5}",
            "unknown_parameter",
            "k".repeat(64) + "...",
            "unknown field: kkk"),
        new Mistake(
            CHAT,
            "{" + USER + ",'stream':true,'stream_options':{'usage':true}}",
            "unknown_parameter",
            "stream_options.usage",
            "stream_options.usage"),
        new Mistake(
            CHAT,
            "{" + USER + ",'block_attention':{'repairs':'edge-4'}}",
            "unknown_parameter",
            "block_attention.repairs",
            "leave it out"));
  }
}
