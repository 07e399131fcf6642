/** A command of a document and what it must end with. */
export interface DocumentedCommand {
  readonly command: string;
  /** Undefined where any will do. */
  readonly exitCode: number | undefined;
  /** Goes on until the document's end: a server. */
  readonly background: boolean;
  /** What it prints once it works; undefined for a node, which is asked. */
  readonly says: string | undefined;
  readonly line: number;
}

/**
 * The commands of a Markdown document, in order: every line of a `sh` block, and lines beginning with `$ ` of a
 * `console` block. A comment before a block may say `<!-- test: background -->`,
 * `<!-- test: background, ready when it says "…" -->` or `<!-- test: skip because … -->`;
 * a command may end with `# exit code 3` or `# exit code any`.
 */
export function commandsOf(markdown: string): readonly DocumentedCommand[] {
  const commands: DocumentedCommand[] = [];
  let block: 'sh' | 'console' | 'other' | undefined;
  let note = '';
  for (const [index, text] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(text);
    if (fence !== null) {
      const kind = fence[1] === 'sh' || fence[1] === 'console' ? fence[1] : 'other';
      if (block !== undefined) note = '';
      block = block === undefined ? kind : undefined;
      continue;
    }
    if (block === undefined) {
      const comment = /^<!-- test: (.*) -->$/.exec(text);
      if (comment !== null) note = comment[1] as string;
      else if (text.trim() !== '') note = '';
      continue;
    }
    const command = block === 'sh' ? text : block === 'console' && text.startsWith('$ ') ? text.slice(2) : '';
    if (command.trim() === '' || note.startsWith('skip because ')) continue;
    const expected = /\s+# exit code (\d+|any)$/.exec(command);
    commands.push({
      command: command.replace(/\s+# exit code (\d+|any)$/, ''),
      exitCode: expected?.[1] === 'any' ? undefined : Number(expected?.[1] ?? 0),
      background: note.startsWith('background'),
      says: /^background, ready when it says "(.+)"$/.exec(note)?.[1],
      line: index + 1,
    });
  }
  return commands;
}
