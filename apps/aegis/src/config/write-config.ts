import { stringify } from 'yaml';
import { CONFIG } from './config.ts';
import { isTree, type WrittenTree } from './layers.ts';
import { type Origin, originText } from './origin.ts';
import type { AnyMember, AnySection, Setting } from './setting.ts';
import { pathText } from './setting-tree.ts';

const WIDTH = 100;

/** Every key with what it is for, what it takes, its default, and what raising it costs. It changes nothing as it stands. */
export function writeReference(): string {
  const head = [
    'Aegis config. As it stands it changes nothing: every key shows its default.',
    'Take the "#" from a key to set it. Each has a variable as well: AEGIS_HTTP_PORT for http.port; it goes first.',
    'Check it with "aegis config check FILE".',
  ];
  return [...head.flatMap((line) => comment(line, '')), ...reference(CONFIG, ''), ''].join('\n');
}

function reference(section: AnySection, indent: string): readonly string[] {
  return Object.values(section.members).flatMap((member: AnyMember) =>
    member.is === 'section'
      ? ['', ...comment(member.doc, indent), `${indent}${member.key}:`, ...reference(member, `${indent}  `)]
      : [
          '',
          ...about(member, indent),
          ...(member.item === undefined ? [] : keysOf(member.item, indent)),
          `${indent}#${member.key}: ${inline(member.initial)}`,
        ],
  );
}

/** The keys of an entry of a list: they have no place of their own in a file where the list is empty. */
function keysOf(item: AnySection, indent: string): readonly string[] {
  return Object.values(item.members).flatMap((member) =>
    member.is === 'section'
      ? []
      : comment(
          `- ${member.key}: ${member.doc} Takes ${member.expected}. Default ${inline(member.initial)}.`,
          indent,
        ),
  );
}

function about({ doc, expected, cost, variables }: Setting<unknown>, indent: string): readonly string[] {
  return [
    ...comment(doc, indent),
    ...comment(`Takes ${expected}.`, indent),
    ...(cost === undefined ? [] : comment(`Costs: ${cost}`, indent)),
    ...(variables.length === 0 ? [] : comment(`In the environment also ${variables.join(', ')}.`, indent)),
  ];
}

/** Values in force, as a config file, with where each came from when asked. */
export function writeEffective(
  written: Readonly<WrittenTree>,
  sources?: ReadonlyMap<string, Origin>,
): string {
  return `${effective(CONFIG, written, [], sources).join('\n')}\n`;
}

function effective(
  section: AnySection,
  written: Readonly<WrittenTree>,
  path: readonly string[],
  sources: ReadonlyMap<string, Origin> | undefined,
): readonly string[] {
  const indent = '  '.repeat(path.length);
  return Object.values(section.members).flatMap((member) => {
    const value = written[member.key];
    const inner = [...path, member.key];
    if (member.is === 'section') {
      return [`${indent}${member.key}:`, ...effective(member, isTree(value) ? value : {}, inner, sources)];
    }
    const origin = sources?.get(pathText(inner));
    return [
      `${indent}${member.key}: ${inline(value)}${origin === undefined ? '' : `  # ${originText(origin)}`}`,
    ];
  });
}

function inline(value: unknown): string {
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow', defaultStringType: 'PLAIN' }).trimEnd();
}

function comment(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 3 > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}`);
}
