// Runs the `mmm` command from a checkout, setting the checkout up first.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { build, install, root } from "./setup.mjs";

install();
build("packages/cli");
const child = spawn(process.execPath, [join(root, "packages/cli/dist/main.js"), ...process.argv.slice(2)], {
  stdio: "inherit",
  // npm changes to the root of the checkout; paths are meant from where the command was typed.
  // biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo does not run this.
  cwd: process.env["INIT_CWD"] ?? process.cwd(),
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(code ?? (signal === "SIGINT" ? 130 : 1)));
