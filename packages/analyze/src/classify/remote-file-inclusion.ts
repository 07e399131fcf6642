import type { Classifier, PayloadView, Signal } from './classifier.ts';
import { remoteTarget } from './remote-target.ts';

/** Parameters whose value a PHP application of old included. */
const INCLUDE_PARTS =
  /(?:file|page|path|dir|include|inc|root|template|tpl|skin|theme|config|conf|lang|module|mod|plugin|class|lib|load|document|doc|folder|cat|site|show|content|body|absolute|basepath|globals)/;
const SCRIPT_FILE =
  /\.(?:txt|php\d?|phtml|inc|asp|aspx|jsp|dat|sh|pl|cgi|gif|jpe?g|png|ico|xml)(?:[?%&\0]|$)/;
/** What web shells are called on the hosts they are fetched from. */
const SHELL_NAME =
  /\/(?:[\w.-]{0,20}shell|c99|r57|b374k|wso|cmd|backdoor|evil|inject|rfi|phpinfo|id)\d{0,2}\.(?:txt|php\d?|gif|jpe?g|inc|dat)(?:[?%\0]|$)/;
const PLAIN_SCRIPT_FILE = /\.(?:txt|php\d?|phtml|inc|dat|sh|pl)(?:[?%&\0]|$)/;

/** Hosts that serve any text under an address of its own. */
const RAW_TEXT =
  /^(?:pastebin\.com\/raw|raw\.githubusercontent\.com|gist\.githubusercontent\.com|paste\.ee\/r|hastebin\.com\/raw|transfer\.sh)(?:\/|$)/;

/** The address of a script on another host, where the name of a file is expected. */
export const remoteFileInclusion: Classifier = {
  triggers: ['http:', 'https:', 'ftp:', 'ftps:', '\\\\', '//'],

  classify(view: PayloadView): Signal | undefined {
    if (view.place !== 'query' && view.place !== 'body' && view.place !== 'cookie') return undefined;
    const target = remoteTarget(view.lower);
    if (target === undefined) return undefined;
    const share = target.scheme === '' && (target.slashes === '\\\\' || target.slashes === '//');
    if (!share && !/^(?:https?|ftps?):$/.test(target.scheme)) return undefined;
    const file = SCRIPT_FILE.test(target.rest);
    const plain = PLAIN_SCRIPT_FILE.test(target.rest);
    const cutOff = /[?\0]$/.test(target.rest) || target.rest.endsWith('%00');
    const numeric = /^[\d.]+$/.test(target.host);
    const part = INCLUDE_PARTS.test(view.part);
    const raw = RAW_TEXT.test(target.host + target.rest.slice(0, 24));
    const points =
      (plain ? 30 : file ? 10 : 0) +
      (cutOff ? 35 : 0) +
      (numeric ? 20 : 0) +
      (raw ? 25 : 0) +
      (part ? 30 : 0) +
      (SHELL_NAME.test(target.rest) ? 40 : 0) +
      (share && target.slashes === '\\\\' ? 25 : 0);
    if (points < 50) return undefined;
    const reasons = [
      ...(file ? ['a script on another host'] : []),
      ...(cutOff ? ['what the application appends is cut off'] : []),
      ...(raw ? ['the host serves any text that somebody pasted'] : []),
      ...(numeric ? ['the host is a bare address'] : []),
      ...(part ? [`${view.part} names a file`] : []),
    ];
    return {
      attackType: 'remote_file_inclusion',
      indicators: ['remote_file_inclusion', ...(cutOff ? ['suffix_cut_off'] : [])],
      techniques: ['T1190', 'T1105'],
      danger: 92,
      confidence: Math.min(97, points + 10),
      at: 0,
      why: reasons.join(', '),
    };
  },
};
