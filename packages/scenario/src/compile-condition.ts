import type { Condition, Test, Where } from './condition.ts';
import type { EventView, FieldView } from './event-view.ts';
import type { Field } from './field.ts';

/** Whether the event at hand is what a rule is about. */
export type Predicate = () => boolean;

/** Prepares a condition for one view, so that its words are searched for together with those of other rules. */
export function compileCondition({ where, any, unless }: Condition, view: EventView): Predicate {
  const all = compileWhere(where, view);
  const some = any.map((each) => compileWhere(each, view));
  const none = unless.map((each) => compileWhere(each, view));
  return () => {
    if (!all()) return false;
    if (some.length > 0 && !some.some((passes) => passes())) return false;
    return none.length === 0 || !none.some((passes) => passes());
  };
}

function compileWhere(where: Where, view: EventView): Predicate {
  const tests = Object.entries(where).flatMap(([name, test]) => {
    if (test === undefined) return [];
    const field = view.field(name as Field);
    const passes = compileTest(field, test);
    return [() => field.value !== undefined && passes()];
  });
  return () => {
    for (const passes of tests) if (!passes()) return false;
    return true;
  };
}

/** Of a field with several values (`classes`), one that passes is enough. */
function compileTest(field: FieldView, test: Test): Predicate {
  const checks: Predicate[] = [];
  const someText = (holds: (text: string) => boolean): Predicate => {
    return () => {
      for (const text of field.texts) if (holds(text)) return true;
      return false;
    };
  };
  const { at_least: least, at_most: most, longer_than: length } = test;
  if (least !== undefined) checks.push(() => Number(field.value) >= least);
  if (most !== undefined) checks.push(() => Number(field.value) <= most);
  if (test.equals !== undefined) {
    const wanted = String(test.equals).toLowerCase();
    checks.push(someText((text) => text === wanted));
  }
  if (test.one_of !== undefined) {
    const wanted = new Set(test.one_of.map((one) => String(one).toLowerCase()));
    checks.push(someText((text) => wanted.has(text)));
  }
  if (length !== undefined) checks.push(someText((text) => text.length > length));
  if (test.starts_with !== undefined) {
    const words = lowered(test.starts_with);
    checks.push(someText((text) => words.some((word) => text.startsWith(word))));
  }
  if (test.ends_with !== undefined) {
    const words = lowered(test.ends_with);
    checks.push(someText((text) => words.some((word) => text.endsWith(word))));
  }
  if (test.contains !== undefined) {
    const ids = lowered(test.contains).map((word) => field.wordId(word));
    checks.push(() => field.contains(ids));
  }
  if (test.contains_all !== undefined) {
    const ids = lowered(test.contains_all).map((word) => [field.wordId(word)]);
    checks.push(() => ids.every((id) => field.contains(id)));
  }
  if (test.not !== undefined) {
    const passes = compileTest(field, test.not);
    checks.push(() => !passes());
  }
  return () => {
    for (const check of checks) if (!check()) return false;
    return true;
  };
}

function lowered(words: string | readonly string[]): readonly string[] {
  return (typeof words === 'string' ? [words] : words).map((word) => word.toLowerCase());
}
