import { allGatedPatterns, type GatedPattern, type PatternMatch } from './gated-patterns.ts';

/** A piece of PHP, and how much it says. */
export interface PhpTrait extends GatedPattern {
  readonly indicator: string;
  readonly points: number;
  readonly why: string;
}

function trait(
  indicator: string,
  points: number,
  why: string,
  literals: readonly string[],
  needle: RegExp,
): PhpTrait {
  return { indicator, points, why, literals, needle };
}

const TRAITS: readonly PhpTrait[] = [
  trait(
    'php_tag',
    80,
    'a PHP tag',
    ['<?php', '<?=', 'language'],
    /<\?php\b|<\?=|<script\s{1,4}language\s{0,4}=\s{0,4}["']?php/,
  ),
  trait(
    'php_command_call',
    75,
    'a PHP function that runs a command',
    ['system', 'passthru', 'shell_exec', 'proc_open', 'popen', 'pcntl_exec'],
    /\b(?:system|passthru|shell_exec|proc_open|popen|pcntl_exec)(?:\s{0,4}\(\s{0,4}["'$]|\(\w)/,
  ),
  trait('php_command_call', 50, 'exec() runs a command', ['exec'], /\bexec\s{0,4}\(\s{0,4}["'$]/),
  trait(
    'php_command_call',
    65,
    'backquotes run a command',
    ['echo', 'print', 'die', 'exit'],
    /(?:^|[;{}'"?])\s{0,4}(?:echo|print|die|exit)\s{0,4}\(?\s{0,4}`[^`]{1,80}`/,
  ),
  trait(
    'php_callback',
    75,
    'a function of PHP is given the name of one that runs commands',
    ['array_', 'sort(', 'call_user', 'iterator_', 'forward_static', 'register_', 'ob_start', 'set_e', 'spl_'],
    /\b(?:array_(?:map|filter|walk|walk_recursive|reduce|diff_ukey|udiff|uintersect)|u[ak]?sort|call_user_func(?:_array)?|iterator_apply|forward_static_call(?:_array)?|register_(?:shutdown|tick)_function|ob_start|set_(?:error|exception)_handler|spl_autoload_register)\s{0,4}\([^;]{0,80}["'](?:system|exec|passthru|shell_exec|eval|assert|phpinfo|popen|proc_open|pcntl_exec|create_function|file_put_contents|readfile|include)["']/,
  ),
  trait(
    'php_eval',
    90,
    'code that PHP evaluates',
    ['eval', 'assert', 'create_function'],
    /\b(?:eval|assert|create_function)\s{0,4}\(\s{0,4}(?:base64_decode|gzinflate|str_rot13|\$_|hex2bin|chr\(|\$)/,
  ),
  trait(
    'php_eval',
    70,
    'code that PHP evaluates',
    ['eval(end(', 'eval(next(', 'eval(current(', 'eval(reset(', 'getallheaders', 'get_defined_vars'],
    /\b(?:eval|assert|system|exec|end|next|current|reset|array_\w{3,12})\s{0,2}\(\s{0,2}(?:(?:end|next|current|reset|array_\w{3,12})\s{0,2}\(\s{0,2}){0,3}(?:getallheaders|get_defined_vars|apache_request_headers)\s{0,2}\(/,
  ),
  trait(
    'php_superglobal',
    60,
    'a PHP superglobal',
    ['$_', '${_'],
    /\$\{?_(?:get|post|request|cookie|server|files|session)\b/,
  ),
  trait(
    'php_probe',
    70,
    'phpinfo() shows that code runs',
    ['phpinfo'],
    /(?<![a-z] )\bphpinfo\s{0,4}\(|\bphpinfo\s{0,4}\((?!\)\s[a-z])/,
  ),
  trait(
    'php_probe',
    60,
    'a call that shows where PHP runs',
    [
      'php_uname',
      'php_sapi',
      'phpversion',
      'get_current_user',
      'posix_get',
      'getallheaders',
      'apache_request_headers',
      'get_defined_',
      'get_loaded_ext',
      'ini_get_all',
      'zend_version',
      'getmypid',
      'getlastmod',
    ],
    /\b(?:php_(?:uname|sapi_name)|phpversion|get_current_user|posix_get\w{2,8}|getallheaders|apache_request_headers|get_defined_(?:vars|functions|constants)|get_loaded_extensions|ini_get_all|zend_version|getmypid|getlastmod)\s{0,2}\([^()]{0,20}\)(?!\s[a-z])/,
  ),
  trait(
    'php_probe',
    75,
    'the result of a call shows that code runs',
    ['print', 'echo', 'die', 'exit', 'var_'],
    /\b(?:print|echo|die|exit|print_r|var_dump|var_export)\s{0,4}\(?\s{0,4}(?:md5|phpversion|php_uname|getcwd|scandir|glob|file_get_contents|shell_exec|system|ini_get|getenv|base64_decode|hash|print)\s{0,4}\(|\b(?:print|die|var_dump|print_r)\s{0,4}\(\s{0,4}\d{1,20}\s{0,4}[*+.-]\s{0,4}\d{1,20}\s{0,4}\)|^\s{0,4}(?:echo|print|die)\s{1,4}\d{1,20}\s{0,4}[*+.-]\s{0,4}\d{1,20}\s{0,4};/,
  ),
  trait(
    'php_file_call',
    65,
    'a PHP function that reads or writes files',
    [
      'file_put_contents',
      'file_get_contents',
      'fputs',
      'fwrite',
      'readfile',
      'show_source',
      'highlight_',
      'move_uploaded_file',
      'parse_ini_file',
      'simplexml_load_file',
      'php_strip_white',
      'fpassthru',
      'scandir',
      'opendir',
      'unlink',
      'symlink',
    ],
    /\b(?:file_put_contents|file_get_contents|fputs|fwrite|readfile|show_source|highlight_(?:file|string)|move_uploaded_file|parse_ini_file|simplexml_load_file|php_strip_whitespace|fpassthru|scandir|opendir|unlink|symlink)\s{0,4}\(\s{0,4}["'$]/,
  ),
  trait(
    'php_file_call',
    60,
    'a file of the server, a script or an address is opened',
    ['fopen', 'rename', 'copy', 'chmod', 'file(', 'touch(', 'splfileobject', 'directoryiterator'],
    /\b(?:fopen|rename|copy|chmod|file|touch)\s{0,2}\(\s{0,2}["'](?:(?:https?|ftp|php|phar|data|expect):|\/(?:etc|proc|var|tmp|home|root)\/|[\w./-]{1,60}\.(?:php\d?|phtml|htaccess))|\bnew\s{1,4}(?:splfileobject|(?:recursive)?directoryiterator|globiterator)\s{0,2}\(/,
  ),
  trait(
    'php_ini_override',
    70,
    'a setting of PHP is overridden',
    ['auto_prepend_file', 'auto_append_file', 'allow_url_include', 'disable_functions'],
    /(?:\b|-d)(?:auto_prepend_file|auto_append_file|allow_url_include|disable_functions)\b/,
  ),
  trait(
    'php_call',
    50,
    'a PHP function with an argument',
    ['base64_decode', 'call_user_func', 'array_map', 'preg_replace'],
    /\b(?:base64_decode|call_user_func(?:_array)?|array_map|preg_replace)\s{0,4}\(\s{0,4}["'$]/,
  ),
  trait(
    'php_include',
    80,
    'code that includes another file',
    ['include', 'require'],
    /\b(?:include|require)(?:_once)?\s{0,4}\(?\s{0,4}(?:["'](?:https?:|php:|data:|phar:|expect:|\/(?:etc|proc|var|tmp)\/)|\$_)/,
  ),
  trait(
    'php_assembled_call',
    80,
    'the name of a function is put together to hide it',
    ['(~', '.(', "'.", '".', "' .", '" .'],
    /\(~[^)\s]{2,60}\)\s{0,4}\(|\(\w{1,12}\.\(\w{1,12}\)(?:\.\(?\w{1,12}\)?){0,4}\)\s{0,2}\(|\(\s{0,4}["'][\w\\]{1,20}["'](?:\s{0,2}\.\s{0,2}["'][\w\\]{1,20}["']){1,8}\s{0,4}\)\s{0,4}\(|\$\w{1,20}\s{0,2}=\s{0,2}["']\w{1,20}["']\s{0,2}\.\s{0,2}["'][^;]{1,60};\s{0,2}\$\w{1,20}\s{0,2}\(/,
  ),
  trait(
    'php_assembled_call',
    80,
    'what a call returns, or a text, is called',
    [')(', ') (', '"(', "'(", '](', '" (', "' ("],
    /\b(?:str_rot13|hex2bin|strrev|implode|join|base64_decode|urldecode|pack|substr|str_replace|strtr|trim|ucfirst|lcfirst|strtolower)\s{0,2}\([^()]{1,80}\)\s{0,2}\(|["'](?:system|exec|passthru|shell_exec|assert|phpinfo|popen|proc_open|call_user_func|readfile|file_get_contents)["']\s{0,2}\)?\s{0,2}\(\s{0,2}["'$)]/,
  ),
  trait(
    'php_assembled_call',
    80,
    'text is put together from character codes or by exclusive or',
    ['chr(', 'chr (', '^'],
    /\bchr\s{0,2}\(\s{0,2}\d{1,3}\s{0,2}\)\s{0,2}\.\s{0,2}chr\s{0,2}\(|["'][^"'\s]{1,40}["']\s{0,2}\^\s{0,2}["'][^"'\s]{1,40}["']|\$_{1,4}\s{0,2}\^\s{0,2}["']/,
  ),
  trait(
    'php_runtime_call',
    70,
    'a call or variable that changes how PHP runs',
    [
      'globals[',
      '_server[',
      '_session[',
      '_request[',
      'ini_set',
      'putenv',
      'dl(',
      'dl (',
      'opcache_',
      'reflection',
      'error_log',
      'curl_exec',
      'mail(',
      'mail (',
      'unserialize',
      'show_source',
      'highlight_file',
    ],
    /\bglobals\[|(?:^|[&?])_(?:server|session|request)\[|\bini_set\s{0,4}\(\s{0,4}["'](?:disable_functions|open_basedir|allow_url)|\bputenv\s{0,4}\(\s{0,4}["']ld_|\bdl\s{0,4}\(\s{0,4}["'][^"']{1,80}\.(?:so|dll)|\bopcache_(?:reset|invalidate)\s{0,4}\(|\bnew\s{1,4}reflection(?:function|class|method)\b|\berror_log\s{0,4}\([^)]{1,80},\s{0,4}3\s{0,4},|\bcurl_exec\s{0,4}\(\s{0,4}\$|\bmail\s{0,4}\([^)]{1,120}["']-[ox]|\bunserialize\s{0,4}\(\s{0,4}["'$]|\b(?:show_source|highlight_file)\s{0,4}\(\s{0,4}__file__/,
  ),
  trait(
    'php_complex_syntax',
    80,
    'PHP code inside a string',
    ['${'],
    /\$\{@?(?:print|system|eval|phpinfo|die|md5|sleep|exec|passthru)\b/,
  ),
];

export const PHP_LITERALS: readonly string[] = TRAITS.flatMap((entry) => entry.literals);

/** Every trait of PHP in a text in lower case. */
export const phpTraits: (lower: string) => readonly PatternMatch<PhpTrait>[] = allGatedPatterns(TRAITS);
