import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** What makes a spreadsheet take a cell for a formula (CWE-1236), through the signs put in front to hide it. */
const FORMULA = /^[\s"';,]{0,8}(?:[=@]|[+-](?=[\d(@=+-]|\w{1,20}[|(]))/;
/** `cmd|' /c calc'!a0`: dynamic data exchange starts a program. */
const EXCHANGE =
  /(?:^|[^\w])\w{2,20}\s{0,2}\|\s{0,4}['"][^'"]{1,200}['"]\s{0,2}!\s{0,2}['"]?\w|\bdde(?:auto)?\s{0,2}\(\s{0,2}["']\w/;
/** Functions that send what is in the sheet elsewhere or fetch from there. */
const REACHING =
  /\b(?:hyperlink|webservice|importxml|importhtml|importdata|importfeed|importrange|image|filterxml|rtd|call|register\.id|exec)\s{0,2}\(\s{0,4}(?:["'][^"']{0,8}(?:https?:|ftp:|\/\/|\\\\)|concat|["'][\w.]{1,20}["']\s{0,2}[,;])/;

/** Cells of a spreadsheet that run a program or send data once an export is opened. */
export const formulaInjection: Classifier = {
  triggers: [
    "|'",
    "| '",
    '|"',
    'dde(',
    'ddeauto',
    'hyperlink',
    'webservice',
    'importx',
    'importh',
    'importd',
    'importf',
    'importr',
    'image(',
    'rtd(',
    'call(',
    'exec(',
  ],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command' || !FORMULA.test(view.lower)) return undefined;
    const exchange = view.lower.search(EXCHANGE);
    const at = exchange >= 0 ? exchange : view.lower.search(REACHING);
    if (at < 0) return undefined;
    return {
      attackType: exchange >= 0 ? 'command_execution' : 'protocol_attack',
      indicators: ['formula_injection'],
      techniques: exchange >= 0 ? ['T1559.002', 'T1204.002'] : ['T1204.002'],
      danger: exchange >= 0 ? 80 : 55,
      confidence: 85,
      at,
      why:
        exchange >= 0
          ? 'a formula that starts a program when a spreadsheet is opened'
          : 'a formula that reaches another host when a spreadsheet is opened',
    };
  },
};
