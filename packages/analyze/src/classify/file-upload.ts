import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** Names of files that a web server would run. */
const RUNNABLE =
  /\.(?:php\d?|phtml|phar|pht|jspx?|jspf|aspx?|ashx|asmx|cfm|cgi|pl|war|htaccess|user\.ini)(?:$|[\s;:\0"'.%])/;
/** The part under which a file name of a multipart body or of a PUT is handed over. */
export const FILE_NAME_PART = 'filename';

/** An uploaded file that the server would run: a web shell on its way. */
export const fileUpload: Classifier = {
  triggers: ['.ph', '.jsp', '.asp', '.ash', '.asm', '.cfm', '.cgi', '.pl', '.war', '.htaccess', '.user.ini'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'body' || view.part !== FILE_NAME_PART) return undefined;
    const at = view.lower.search(RUNNABLE);
    if (at < 0) return undefined;
    const doubled = /\.(?:jpe?g|png|gif|txt|pdf)/.test(view.lower) || view.lower.includes('\0');
    return {
      attackType: 'file_upload',
      indicators: ['web_shell_upload', ...(doubled ? ['double_extension'] : [])],
      techniques: ['T1190', 'T1505.003'],
      danger: 93,
      confidence: 90,
      at,
      why: 'a file that the server would run is uploaded',
    };
  },
};
