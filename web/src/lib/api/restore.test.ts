import { describe, expect, it } from "vitest";
import { base64, sendBackup, type Restore } from "./restore";
import { Server } from "./server";

describe("a backup in pieces", () => {
  it("is whole at the other end", async () => {
    const file = new Blob([new Uint8Array(1_200_000).map((_, place) => place % 251)]);
    const taken: Uint8Array[] = [];
    const heard: number[] = [];
    let restore: Partial<Restore> = {};
    const server = new Server("http://here", async (input) => {
      const request = input as Request;
      const body = (await request.json()) as { size_bytes: number; offset: number; data: string };
      if (request.method === "POST") {
        restore = { stage: "receiving", size_bytes: body.size_bytes, received_bytes: 0 };
      } else {
        expect(body.offset).toBe(restore.received_bytes);
        taken.push(Uint8Array.from(atob(body.data), (letter) => letter.charCodeAt(0)));
        const received = taken.reduce((sum, piece) => sum + piece.length, 0);
        restore = { ...restore, received_bytes: received, stage: received === file.size ? "received" : "receiving" };
      }
      return Response.json(restore);
    });
    const done = await sendBackup(server, file, ({ received_bytes }) => heard.push(received_bytes));
    expect(done.stage).toBe("received");
    expect(heard).toEqual([0, 524_288, 1_048_576]);
    expect(new Uint8Array(await new Blob(taken as BlobPart[]).arrayBuffer())).toEqual(
      new Uint8Array(await file.arrayBuffer()),
    );
  });

  it("is Base64 as everybody writes it", () => {
    expect(base64(new TextEncoder().encode("chargedeck"))).toBe("Y2hhcmdlZGVjaw==");
  });
});
