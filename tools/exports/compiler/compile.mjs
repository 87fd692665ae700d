// Compiles the description on standard input, as JSON, and prints the parser in the language named.
import compiler from "kaitai-struct-compiler";

let text = "";
for await (const part of process.stdin) text += part;
const files = await compiler.compile(process.argv[2], JSON.parse(text), null, false);
for (const source of Object.values(files)) process.stdout.write(source);
