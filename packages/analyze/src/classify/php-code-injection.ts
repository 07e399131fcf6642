import type { Classifier, PayloadView, Signal } from './classifier.ts';

interface Trait {
  readonly needle: RegExp;
  readonly indicator: string;
  readonly points: number;
  readonly why: string;
}

const TRAITS: readonly Trait[] = [
  {
    needle: /<\?php\b|<\?=|<script\s{1,4}language\s{0,4}=\s{0,4}["']?php/,
    indicator: 'php_tag',
    points: 80,
    why: 'a PHP tag',
  },
  {
    needle: /\b(?:system|passthru|shell_exec|proc_open|popen|pcntl_exec)(?:\s{0,4}\(\s{0,4}["'$]|\(\w)/,
    indicator: 'php_command_call',
    points: 75,
    why: 'a PHP function that runs a command',
  },
  {
    needle: /\bexec\s{0,4}\(\s{0,4}["'$]/,
    indicator: 'php_command_call',
    points: 50,
    why: 'exec() runs a command',
  },
  {
    needle:
      /\b(?:eval|assert|create_function)\s{0,4}\(\s{0,4}(?:base64_decode|gzinflate|str_rot13|\$_|hex2bin|chr\(|\$)/,
    indicator: 'php_eval',
    points: 90,
    why: 'code that PHP evaluates',
  },
  {
    needle: /\$_(?:get|post|request|cookie|server|files|session)\b/,
    indicator: 'php_superglobal',
    points: 60,
    why: 'a PHP superglobal',
  },
  { needle: /\bphpinfo\s{0,4}\(/, indicator: 'php_probe', points: 70, why: 'phpinfo() shows that code runs' },
  {
    needle:
      /\b(?:file_put_contents|file_get_contents|fputs|fwrite|readfile|show_source|highlight_file|move_uploaded_file)\s{0,4}\(\s{0,4}["'$]/,
    indicator: 'php_file_call',
    points: 65,
    why: 'a PHP function that reads or writes files',
  },
  {
    needle: /\b(?:auto_prepend_file|auto_append_file|allow_url_include|disable_functions)\b/,
    indicator: 'php_ini_override',
    points: 70,
    why: 'a setting of PHP is overridden',
  },
  {
    needle: /\b(?:base64_decode|call_user_func(?:_array)?|array_map|preg_replace)\s{0,4}\(\s{0,4}["'$]/,
    indicator: 'php_call',
    points: 50,
    why: 'a PHP function with an argument',
  },
  {
    needle:
      /\b(?:print|echo|die|exit|print_r|var_dump|var_export)\s{0,4}\(?\s{0,4}(?:md5|phpversion|php_uname|getcwd|scandir|glob|file_get_contents|shell_exec|system|ini_get|getenv|base64_decode|hash)\s{0,4}\(|\b(?:print|die|var_dump|print_r)\s{0,4}\(\s{0,4}\d{1,12}\s{0,4}[*+.-]\s{0,4}\d{1,12}\s{0,4}\)/,
    indicator: 'php_probe',
    points: 75,
    why: 'the result of a call shows that code runs',
  },
  {
    needle:
      /\b(?:include|require)(?:_once)?\s{0,4}\(?\s{0,4}(?:["'](?:https?:|php:|data:|phar:|expect:|\/(?:etc|proc|var|tmp)\/)|\$_)/,
    indicator: 'php_include',
    points: 80,
    why: 'code that includes another file',
  },
  {
    needle:
      /\(~[^)\s]{2,60}\)\s{0,4}\(|\(\w{1,12}\.\(\w{1,12}\)(?:\.\(?\w{1,12}\)?){0,4}\)\s{0,2}\(|\(\s{0,4}["'][\w\\]{1,20}["'](?:\s{0,2}\.\s{0,2}["'][\w\\]{1,20}["']){1,8}\s{0,4}\)\s{0,4}\(|\$\w{1,20}\s{0,2}=\s{0,2}["']\w{1,20}["']\s{0,2}\.\s{0,2}["'][^;]{1,60};\s{0,2}\$\w{1,20}\s{0,2}\(/,
    indicator: 'php_assembled_call',
    points: 80,
    why: 'the name of a function is put together to hide it',
  },
  {
    needle: /\bchr\s{0,2}\(\s{0,2}\d{1,3}\s{0,2}\)\s{0,2}\.\s{0,2}chr\s{0,2}\(/,
    indicator: 'php_assembled_call',
    points: 80,
    why: 'text is put together from character codes',
  },
  {
    needle:
      /\bglobals\[|(?:^|[&?])_(?:server|session|request)\[|\bini_set\s{0,4}\(\s{0,4}["'](?:disable_functions|open_basedir|allow_url)|\bputenv\s{0,4}\(\s{0,4}["']ld_|\bdl\s{0,4}\(\s{0,4}["'][^"']{1,80}\.(?:so|dll)|\bopcache_(?:reset|invalidate)\s{0,4}\(|\bnew\s{1,4}reflection(?:function|class|method)\b|\berror_log\s{0,4}\([^)]{1,80},\s{0,4}3\s{0,4},|\bcurl_exec\s{0,4}\(\s{0,4}\$|\bmail\s{0,4}\([^)]{1,120}["']-[ox]|\bunserialize\s{0,4}\(\s{0,4}["'$]|\b(?:show_source|highlight_file)\s{0,4}\(\s{0,4}__file__/,
    indicator: 'php_runtime_call',
    points: 70,
    why: 'a call or variable that changes how PHP runs',
  },
  {
    needle: /\$\{@?(?:print|system|eval|phpinfo|die|md5|sleep|exec|passthru)\b/,
    indicator: 'php_complex_syntax',
    points: 80,
    why: 'PHP code inside a string',
  },
];

/** PHP source in a value. */
export const phpCodeInjection: Classifier = {
  triggers: [
    '<?',
    'php',
    'system',
    'passthru',
    'shell_exec',
    'popen',
    'proc_open',
    'pcntl_exec',
    'exec',
    'eval',
    'assert',
    'create_function',
    '$_',
    'file_put_contents',
    'file_get_contents',
    'fputs',
    'fwrite',
    'readfile',
    'show_source',
    'highlight_file',
    'auto_prepend',
    'auto_append',
    'allow_url',
    'base64_decode',
    'call_user_func',
    'array_map',
    'preg_replace',
    '${',
    'print',
    'echo',
    'die(',
    'var_dump',
    'include',
    'require',
    '(~',
    '.(',
    "'.'",
    '"."',
    'chr(',
    'globals[',
    '_server[',
    '_session[',
    '_request[',
    'ini_set',
    'putenv',
    'dl(',
    'opcache_',
    'reflection',
    'error_log',
    'curl_exec',
    'mail(',
    'unserialize',
  ],

  classify(view: PayloadView): Signal | undefined {
    if (view.place === 'command') return undefined;
    const found = TRAITS.filter((trait) => trait.needle.test(view.lower));
    const points = found.reduce((sum, trait) => sum + trait.points, 0);
    const [first] = found.toSorted((a, b) => b.points - a.points);
    if (first === undefined || points < 50) return undefined;
    const webshell = found.length > 1 && found.some((trait) => trait.indicator === 'php_superglobal');
    return {
      attackType: 'php_code_injection',
      indicators: [...new Set(found.map((trait) => trait.indicator)), ...(webshell ? ['web_shell'] : [])],
      techniques: webshell ? ['T1190', 'T1505.003'] : ['T1190', 'T1059'],
      danger: webshell ? 97 : 92,
      confidence: Math.min(98, points),
      at: Math.max(0, view.lower.search(first.needle)),
      why: first.why,
    };
  },
};
