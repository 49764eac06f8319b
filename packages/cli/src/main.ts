#!/usr/bin/env node
import { runCli } from "./program/run-cli.js";

// A reader that stops reading, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

process.exitCode = await runCli(process.argv.slice(2));
