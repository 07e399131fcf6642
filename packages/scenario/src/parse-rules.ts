import { Result } from '@aegis/model';
import { type Document, isNode, LineCounter, parseAllDocuments, visit } from 'yaml';
import { Rule } from './rule.ts';

export interface RuleError {
  readonly kind: 'bad_rule';
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A rule file's size at most, characters. */
const FILE_LIMIT = 1_048_576;

/** Reads a rule file: one rule a YAML document. All errors at once, each with its place. */
export function parseRules(file: string, text: string): Result<readonly Rule[], readonly RuleError[]> {
  const error = (line: number, column: number, message: string): RuleError => ({
    kind: 'bad_rule',
    file,
    line,
    column,
    message,
  });
  if (text.length > FILE_LIMIT) return Result.err([error(1, 1, `larger than ${FILE_LIMIT} characters`)]);
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const errors: RuleError[] = [];
  const rules: Rule[] = [];
  for (const document of Array.isArray(documents) ? documents : []) {
    const at = (offset: number): readonly [number, number] => {
      const { line, col } = lines.linePos(offset);
      return [line, col];
    };
    for (const problem of document.errors) errors.push(error(...at(problem.pos[0]), problem.message));
    if (document.errors.length > 0) continue;
    const alias = firstAlias(document);
    if (alias !== undefined) {
      errors.push(error(...at(alias), 'aliases (*name) are not taken in rule files; write the value out'));
      continue;
    }
    const parsed = Rule.safeParse(document.toJS());
    if (parsed.success) {
      rules.push(parsed.data);
      continue;
    }
    for (const { path, message } of parsed.error.issues) {
      let node: unknown = document.contents;
      for (let depth = path.length; depth > 0 && node !== undefined; depth--) {
        const found: unknown = document.getIn(path.slice(0, depth), true);
        if (!isNode(found)) continue;
        node = found;
        break;
      }
      const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
      errors.push(error(...at(offset), `${path.join('.') || 'rule'}: ${message}`));
    }
  }
  if (errors.length === 0 && rules.length === 0) errors.push(error(1, 1, 'holds no rule'));
  return errors.length > 0 ? Result.err(errors) : Result.ok(rules);
}

/** Aliases can grow a small file without bound, so they are refused before the document is built. */
function firstAlias(document: Document): number | undefined {
  let offset: number | undefined;
  visit(document, {
    Alias(_, alias) {
      offset = alias.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return offset;
}
