import type { Classifier, PayloadView, Signal } from './classifier.ts';

/** Names of files that a web server would run. */
const RUNNABLE =
  /\.(?:php\d?|phtml|phar|pht|jspx?|jspf|aspx?|ashx|asmx|cfm|cgi|pl|war|htaccess|user\.ini)(?:$|[\s;:\0"'.%])/;
/** A name whose first or last ending is that of a script, written so that a check of the other lets it pass. */
const DISGUISED =
  /^[\w .-]{1,64}\.(?:php\d?|phtml|phar|jspx?|aspx?|ashx|asa|cfm)(?:(?:[;:\0]|%00|%0a|::\$data)[\w.$-]{0,12}|\.(?:jpe?g|png|gif|pdf|txt|bmp)|::\$data)$/;
/** The part under which a file name of a multipart body or of a PUT is handed over. */
export const FILE_NAME_PART = 'filename';

/** An uploaded file that the server would run: a web shell on its way. */
export const fileUpload: Classifier = {
  triggers: ['.ph', '.jsp', '.asp', '.ash', '.asm', '.cfm', '.cgi', '.pl', '.war', '.htaccess', '.user.ini'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'path' || view.place === 'header' || view.place === 'command') return undefined;
    const named = view.place === 'body' && view.part === FILE_NAME_PART;
    const at = view.lower.search(named ? RUNNABLE : DISGUISED);
    if (at < 0) return undefined;
    const doubled = !named || /\.(?:jpe?g|png|gif|txt|pdf)/.test(view.lower) || view.lower.includes('\0');
    return {
      attackType: 'file_upload',
      indicators: ['web_shell_upload', ...(doubled ? ['double_extension'] : [])],
      techniques: ['T1190', 'T1505.003'],
      danger: 93,
      confidence: named ? 90 : 68,
      at,
      why: named
        ? 'a file that the server would run is uploaded'
        : 'the name of a script that is made to look like another file',
    };
  },
};
