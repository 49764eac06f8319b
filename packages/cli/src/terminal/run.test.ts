import { MmmError } from "@mmm/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createMemoryTerminal } from "./memory-terminal.js";
import { withRun } from "./run.js";

describe("output of a run", () => {
  const work = async (run: Parameters<Parameters<typeof withRun>[2]>[0]): Promise<void> => {
    run.say("hello");
    run.emit("fact", { n: 1 });
    run.hooks.onProgress?.({ phase: "fit", step: 1, total: 2 });
  };

  it("says text and hides events from people", async () => {
    const terminal = createMemoryTerminal();
    await withRun(terminal, {}, work);
    expect([terminal.out(), terminal.err()]).toEqual(["hello\n", ""]);
  });

  it("writes one JSON object per line for programs", async () => {
    const terminal = createMemoryTerminal({ isTTY: true });
    await withRun(terminal, { json: true }, work);
    expect(terminal.events()).toEqual([
      { event: "fact", n: 1 },
      { event: "progress", phase: "fit", step: 1, total: 2 },
    ]);
    expect(terminal.err()).toBe("");
  });

  it("is silent when asked to be", async () => {
    const terminal = createMemoryTerminal({ isTTY: true });
    await withRun(terminal, { quiet: true }, work);
    expect([terminal.out(), terminal.err()]).toEqual(["", ""]);
  });

  it("draws a bar on a screen only", async () => {
    const terminal = createMemoryTerminal({ isTTY: true });
    Object.assign(terminal.stderr, { cursorTo: () => true, clearLine: () => true });
    await withRun(terminal, {}, work);
    expect(terminal.err()).toMatch(/fit \[=+-+\] 1\/2/);
    expect(terminal.out()).toBe("hello\n");
  });
});

describe("Ctrl-C", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
  afterEach(() => void vi.useRealTimers());

  it("cancels at the first press; the same press passed on by a parent is not a second one", async () => {
    const terminal = createMemoryTerminal();
    await withRun(terminal, {}, async ({ hooks }) => {
      vi.advanceTimersByTime(1000);
      expect(hooks.signal?.aborted).toBe(false);
      terminal.interrupt();
      terminal.interrupt();
      expect(hooks.signal?.aborted).toBe(true);
    });
    expect(terminal.abandoned()).toBeNull();
    expect(terminal.err()).toBe("Stopping after this step; press Ctrl-C again to stop at once.\n");
  });

  it("ends the program at a later second press", async () => {
    const terminal = createMemoryTerminal();
    await withRun(terminal, {}, async () => {
      vi.advanceTimersByTime(1000);
      terminal.interrupt();
      vi.advanceTimersByTime(2000);
      terminal.interrupt();
    });
    expect(terminal.abandoned()).toBe(130);
  });

  it("is no longer listened to afterwards, also after an error", async () => {
    const terminal = createMemoryTerminal();
    const failing = withRun(terminal, {}, () => Promise.reject(new MmmError("x", { code: "X", kind: "contract" })));
    await expect(failing).rejects.toThrow("x");
    terminal.interrupt();
    expect(terminal.err()).toBe("");
  });
});
