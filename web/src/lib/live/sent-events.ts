/** Server-sent events out of a stream of bytes; what a stream breaks off with is dropped. */

export interface SentEvent {
  kind: string;
  data: string;
}

/** Each event as soon as it is whole. */
export async function* sentEvents(stream: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) yield sentEvent(block);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function sentEvent(block: string): SentEvent {
  const event: SentEvent = { kind: "message", data: "" };
  for (const line of block.split("\n")) {
    const [name, value] = split(line);
    if (name === "event") event.kind = value;
    else if (name === "data") event.data += value;
  }
  return event;
}

function split(line: string): [string, string] {
  const at = line.indexOf(":");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).replace(/^ /, "")];
}
