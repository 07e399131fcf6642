import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { type GatedPattern, gatedPatterns } from './gated-patterns.ts';

interface XPathForm extends GatedPattern {
  readonly confidence: number;
  readonly why: string;
}

const FORMS: readonly XPathForm[] = [
  {
    literals: ['::'],
    needle:
      /\b(?:child|parent|self|attribute|(?:following|preceding)(?:-sibling)?|(?:ancestor|descendant)(?:-or-self)?)::(?:\*|(?:node|text|comment|processing-instruction)\s{0,4}\()/,
    confidence: 85,
    why: 'an axis of XPath',
  },
  {
    literals: ['/*', '//', ' /', '(/'],
    needle:
      /["')\]]\s{0,4}(?:or|and)\s{1,4}(?:not\s{0,2}\(\s{0,2})?\/{1,2}[\w*@]|\/\*\[\d{1,3}\]|['")\]]{1,4}\s{0,4}\|\s{0,4}\/{1,2}[\w*]|\/{1,2}[\w*]{1,40}\[[^\]]{0,60}(?:text\(\)|position\(\)|=\s{0,4}['"]|contains\()/,
    confidence: 85,
    why: 'a location path of XPath is added',
  },
  {
    literals: ['//*', '@*'],
    needle: /^\s{0,4}(?:\/\/\*|(?:\/\/\w{1,40}\/)?@\*)\s{0,4}$/,
    confidence: 62,
    why: 'a location path of XPath that matches every node',
  },
  {
    literals: ['name(', 'count(', 'string-length(', 'substring(', 'string(', 'normalize-space('],
    needle:
      /\b(?:count|name|local-name|string-length|substring|string|normalize-space)\s{0,4}\(\s{0,4}(?:name\s{0,4}\(\s{0,4})?\.{0,2}\/{1,2}[\w*@.]|\b(?:string-length|substring)\s{0,4}\(\s{0,4}(?:local-)?name\s{0,4}\(/,
    confidence: 88,
    why: 'a function of XPath over nodes',
  },
  {
    literals: ['position()', 'last()', "doc('", 'doc("', 'document-uri(', 'name()', 'text()'],
    needle:
      /(?:\b(?:and|or)\s{1,4}|\[)(?:position|last)\s{0,2}\(\s{0,2}\)\s{0,4}[-=<>\]]|\bdoc\s{0,2}\(\s{0,2}["'](?:https?|file):|\bdocument-uri\s{0,2}\(|\b(?:contains|starts-with)\s{0,2}\(\s{0,2}(?:name\(\)|text\(\)|\.)/,
    confidence: 82,
    why: 'a condition of XPath',
  },
];

const FIND = gatedPatterns(FORMS);

/** XPath put into a query over XML (CWE-643). The vocabulary of attack types counts it to the queries that are no SQL. */
export const xpathInjection: Classifier = {
  triggers: FORMS.flatMap((entry) => entry.literals),

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command') return undefined;
    const found = FIND(view.lower);
    return (
      found && {
        attackType: 'nosql_injection',
        indicators: ['xpath_injection'],
        techniques: ['T1190'],
        danger: 65,
        confidence: found.pattern.confidence,
        at: found.at,
        why: found.pattern.why,
      }
    );
  },
};
