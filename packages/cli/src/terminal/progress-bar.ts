import type { ProgressEvent } from "@mmm/core";
import { SingleBar } from "cli-progress";
import type { Output } from "./terminal.js";

export interface ProgressBar {
  show(event: ProgressEvent): void;
  /** Take the bar off the screen; the next event brings it back. */
  clear(): void;
}

const barWidth = 24;

/** One line with phase, bar, step and estimated time left, drawn on a terminal. A new phase starts a new bar. */
export function createProgressBar(stream: Output): ProgressBar {
  let bar: SingleBar | null = null;
  let phase: string | null = null;
  const clear = (): void => {
    bar?.stop();
    bar = null;
  };
  return {
    clear,
    show(event) {
      if (phase !== event.phase) clear();
      phase = event.phase;
      const { total, step, message = "" } = event;
      if (bar === null) {
        bar = new SingleBar({
          stream,
          format: (_, { value, total, eta }, payload: { message: string }) =>
            progressLine(event.phase, value, total, eta, payload.message),
          clearOnComplete: true,
          hideCursor: true,
        });
        bar.start(total, step, { message });
      } else {
        bar.setTotal(total);
        bar.update(step, { message });
      }
    },
  };
}

/**
 * The text of a bar.
 *
 * @param total 0 when it is not known
 * @param secondsLeft shown when it is a positive number; libraries give words or infinity where they do not know
 */
export function progressLine(
  phase: string,
  step: number,
  total: number,
  secondsLeft: number | string,
  message = "",
): string {
  const done = total > 0 ? Math.round(barWidth * Math.min(1, step / total)) : 0;
  const count = total > 0 ? `${step}/${total}` : step > 0 ? String(step) : "";
  const known = typeof secondsLeft === "number" && Number.isFinite(secondsLeft) && secondsLeft > 0;
  const left = known && total > 0 && step > 0 ? `, ${duration(secondsLeft)} left` : "";
  return `${phase} [${"=".repeat(done)}${"-".repeat(barWidth - done)}] ${count}${left} ${message}`.trimEnd();
}

function duration(seconds: number): string {
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
