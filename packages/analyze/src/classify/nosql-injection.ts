import type { Classifier, PayloadView, Signal } from './classifier.ts';

const OPERATOR =
  /(?:^|[^a-z0-9_$])\$(?:ne|gte?|lte?|n?in|regex|where|exists|or|and|nor|not|expr|function|comment|accumulator|eq|mod|all|size|elemmatch|lookup|match|out|merge|group|project|unionwith|graphlookup|jsonschema|set|unset|inc|push|rename|eval)\b/;
const SCRIPT =
  /\bthis\.[a-z_]{1,40}\.match\s{0,4}\(|(?:['"|&({;]|return|where)\s{0,4}this\.[a-z_]{1,40}\s{0,4}[!=]=|(?:\|\||&&)\s{0,4}this\.[a-z_]{1,40}\s{0,4}(?:$|[/%)])|\bobject\.keys\s{0,4}\(\s{0,4}this\b|\bdb\.[a-z_]{1,40}\.(?:insert|find|drop|remove|update|mapreduce|aggregate)[a-z]{0,8}\s{0,4}\(|\bdb\.(?:dropdatabase|getcollectionnames|version|injection)\b/;
const JS_TAUTOLOGY =
  /(?:^|['"}\s;)])(?:\|\||&&)\s{0,4}['"]?(\d{1,6}|\w{1,8})['"]?\s{0,4}={2,3}\s{0,4}['"]?(\d{1,6}|\w{1,8})\b/;
/** A command of MongoDB as it goes over the wire. */
const COMMAND =
  /^\s{0,8}\{\s{0,4}["'](?:find|aggregate|delete|update|insert|mapreduce|findandmodify)["']\s{0,4}:\s{0,4}["'][^"']{1,64}["']\s{0,4},\s{0,4}["'](?:filter|pipeline|deletes|updates|documents|query|map)["']/;
const JS_BREAK =
  /^\s{0,4}function\s{0,4}\(\s{0,4}\)\s{0,4}\{\s{0,4}return\b[^}]{0,60}\}\s{0,4};?$|;\s{0,4}var\s{1,4}\w{1,12}\s{0,4}=\s{0,4}new\s{1,4}date|['"]\s{0,4}[;}]\s{0,4}(?:return\b|sleep\s{0,4}\(|while\s{0,4}\(|var\s)|;\s{0,4}return\s{1,4}(?:true|\d)/;

/** Operators whose names are variables of other languages as well: only in quotes, or in a bracket. */
const QUOTED_OPERATOR =
  /["'[{]\s?\$(?:func|type|slice|near|geowithin|text|search|rand|samplerate|bits\w{5,9}|addtoset|pull(?:all)?|pop|currentdate|max|min|mul|setoninsert|unwind|sort|limit|skip|count|facet|let|cond|concat|objecttoarray|options|sum|first|addfields|replaceroot)["'\]]?\s{0,4}(?:[:\]])/;
/** Statements of Cypher, the language of graph databases, and calls of scripts in Redis. */
const OTHER_LANGUAGE =
  /\bmatch\s{0,4}\(\s{0,4}\w{0,20}\s{0,4}(?::\s{0,4}\w{1,40}\s{0,4})?(?:\{[^}]{0,80}\}\s{0,4})?\)[^;]{0,120}\b(?:return|detach\s{1,4}delete|delete|set|remove)\s{1,4}\w|\bload\s{1,4}csv\s{1,4}(?:with\s{1,4}headers\s{1,4})?from\b|\bcall\s{1,4}(?:db|dbms|apoc)\.\w|\bdetach\s{1,4}delete\s{1,4}\w|\bredis\.p?call\s{0,2}\(|^\s{0,4}eval\s{1,4}["'][^"']{1,200}["']\s{1,4}\d/;

/** Query operators and server-side JavaScript of document databases. */
export const nosqlInjection: Classifier = {
  triggers: [
    '$',
    'this.',
    'db.',
    '||',
    '&&',
    'return',
    'sleep(',
    'while(',
    'new date',
    '"filter"',
    '"pipeline"',
    '"deletes"',
    '"updates"',
    '"documents"',
    'object.keys(',
    'function',
    'match',
    'load csv',
    'call db',
    'call apoc',
    'detach delete',
    'redis.',
    'eval ',
  ],

  classify(view: PayloadView): Signal | undefined {
    const { lower } = view;
    const make = (indicator: string, confidence: number, at: number, why: string): Signal => ({
      attackType: 'nosql_injection',
      indicators: [indicator],
      techniques: ['T1190'],
      danger: 72,
      confidence,
      at,
      why,
    });
    if (/\[\$[a-z]{2,10}\]/.test(view.part))
      return make('operator_injection', 92, 0, `the operator in ${view.part}`);
    const operator = lower.search(OPERATOR);
    if (operator >= 0 && /[{[:=]/.test(lower)) {
      const keyed =
        /["'[{,\s]\$[a-z]{2,12}["'\]]?\s{0,4}[:\]]|^\$(?:where|ne|gt|regex|nin|in|exists)(?:\s{0,4}[:=]|$)|^\$where/.test(
          lower,
        );
      if (keyed) return make('operator_injection', 90, operator, 'an operator of a document database');
    }
    const quoted = lower.search(QUOTED_OPERATOR);
    if (quoted >= 0) return make('operator_injection', 80, quoted, 'an operator of a document database');
    const other = lower.search(OTHER_LANGUAGE);
    if (other >= 0)
      return make('database_command', 80, other, 'a statement for a graph or key-value database');
    const script = lower.search(SCRIPT);
    if (script >= 0) return make('javascript_query', 85, script, 'JavaScript of a document database');
    if (COMMAND.test(lower)) return make('database_command', 75, 0, 'a command of a document database');
    const broken = lower.search(JS_BREAK);
    if (broken >= 0)
      return make('javascript_query', 75, broken, 'a script of the database is closed and continued');
    const always = JS_TAUTOLOGY.exec(lower);
    if (always !== null && always[1] === always[2])
      return make('javascript_tautology', 72, always.index, 'a condition that is always true');
    return undefined;
  },
};
