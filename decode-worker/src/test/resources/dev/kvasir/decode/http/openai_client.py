"""Asks a running server everything that users of the official client ask; argument: base URL."""

import asyncio
import sys

import openai

BASE_URL = sys.argv[1]
client = openai.OpenAI(base_url=BASE_URL, api_key="any", max_retries=0)
QUESTION = [{"role": "user", "content": "Who?"}]
DOCUMENTS = {
    "documents": [{"id": "a", "title": "T", "text": "One."}, {"id": "b", "text": "Two."}],
    "block_attention": {"mode": "block", "prefix": "sink"},
}
# the seed tells the scripted generator to fail after the first text
FAILING_SEED = 13


def chat(**arguments):
    return client.chat.completions.create(
        **{"model": "tiny/model", "messages": QUESTION, **arguments}
    )


def check_chat():
    answer = chat(temperature=0, extra_body=DOCUMENTS)
    assert answer.choices[0].message.content == "Hello there", answer
    assert answer.choices[0].message.role == "assistant"
    assert answer.choices[0].finish_reason == "stop"
    assert answer.usage.prompt_tokens > answer.usage.prompt_tokens_details.cached_tokens > 0
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + 3
    assert [block["id"] for block in answer.block_cache["blocks"]] == [None, "a", "b"]
    assert answer.block_cache["mode"] == "block"
    assert answer._request_id
    again = chat(messages=QUESTION + [answer.choices[0].message, QUESTION[0]])
    assert again.choices[0].message.content == "Hello there"


def check_parts():
    answer = chat(
        messages=[
            {
                "role": "user",
                "content": [
                    {"type": "document", "title": "T", "text": "One."},
                    {"type": "text", "text": "Who?"},
                ],
            }
        ]
    )
    assert answer.block_cache["blocks"][1]["title"] == "T"


def check_stream():
    chunks = list(
        chat(stream=True, stream_options={"include_usage": True}, extra_body=DOCUMENTS)
    )
    assert text(chunks) == "Hello there", chunks
    assert chunks[-1].choices == [] and chunks[-1].usage.completion_tokens == 3
    assert chunks[-1].usage.prompt_tokens_details.cached_tokens > 0
    assert len(chunks[-1].block_cache["blocks"]) == 3
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert chunks[-2].choices[0].finish_reason == "stop"


def check_stream_without_usage():
    chunks = list(chat(stream=True))
    assert text(chunks) == "Hello there"
    assert all(chunk.usage is None and chunk.choices for chunk in chunks)
    assert chunks[-1].block_cache["mode"] == "block"


def check_stream_helper():
    with client.chat.completions.stream(model="tiny/model", messages=QUESTION) as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_completion()
    assert "content.done" in kinds
    assert final.choices[0].message.content == "Hello there"


def check_completions():
    answer = client.completions.create(model="tiny/model", prompt="Once")
    assert answer.choices[0].text == "Hello there"
    assert answer.usage.completion_tokens == 3
    stream = client.completions.create(model="tiny/model", prompt="Once", stream=True)
    assert "".join(chunk.choices[0].text for chunk in stream) == "Hello there"


def check_models():
    assert [model.id for model in client.models.list()] == ["tiny/model"]
    assert client.models.retrieve("tiny/model").owned_by == "kvasir"


def check_errors():
    error = raised(openai.BadRequestError, lambda: chat(n=2))
    assert (error.param, error.code) == ("n", "unsupported_parameter"), error
    assert error.request_id
    assert raised(openai.NotFoundError, lambda: chat(model="gpt-4")).code == "model_not_found"
    raised(openai.NotFoundError, lambda: client.embeddings.create(model="m", input="x"))
    error = raised(openai.BadRequestError, lambda: chat(max_tokens=1_000_000))
    assert error.code == "context_length_exceeded"
    raised(openai.BadRequestError, lambda: chat(stream=True, temperature=3))
    raised(openai.APIStatusError, lambda: chat(messages=[{"role": "user", "content": "x" * 200_000}]))
    raised(openai.InternalServerError, lambda: chat(seed=FAILING_SEED))


def check_error_in_stream():
    seen = []

    def read():
        for chunk in chat(stream=True, seed=FAILING_SEED):
            seen.append(chunk)

    assert "x-request-id" in raised(openai.APIError, read).message
    assert text(seen) == "Hel"


async def check_async():
    async with openai.AsyncOpenAI(base_url=BASE_URL, api_key="any", max_retries=0) as ask:
        answers = await asyncio.gather(
            *(
                ask.chat.completions.create(model="tiny/model", messages=QUESTION)
                for _ in range(8)
            )
        )
        assert {answer.choices[0].message.content for answer in answers} == {"Hello there"}
        stream = await ask.chat.completions.create(
            model="tiny/model", messages=QUESTION, stream=True
        )
        assert text([chunk async for chunk in stream]) == "Hello there"


def text(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def raised(kind, call):
    try:
        call()
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


if __name__ == "__main__":
    check_chat()
    check_parts()
    check_stream()
    check_stream_without_usage()
    check_stream_helper()
    check_completions()
    check_models()
    check_errors()
    check_error_in_stream()
    asyncio.run(check_async())
    print("all checks passed with openai", openai.__version__)
