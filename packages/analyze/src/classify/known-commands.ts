import { type GatedPattern, gatedPatterns } from './gated-patterns.ts';

interface KnownCommand extends GatedPattern {
  readonly indicator: string;
  readonly why: string;
}

function known(literals: readonly string[], needle: RegExp, indicator: string, why: string): KnownCommand {
  return { literals, needle, indicator, why };
}

/** Command lines and calls so telling that no separator in front of them is needed, the gravest first. */
const KNOWN: readonly KnownCommand[] = [
  known(['/dev/'], /\/dev\/(?:tcp|udp)\/[\w.]/, 'reverse_shell', 'a reverse shell through /dev/tcp'),
  known(
    ['sh -i', 'sh  -i'],
    /\b(?:bash|sh|zsh)\s{1,4}-i\b/,
    'reverse_shell',
    'an interactive shell is started',
  ),
  known(
    ['nc -', 'ncat -', 'netcat -', 'nc.exe'],
    /\bn(?:c|cat|etcat)(?:\.exe)?\s{1,4}-[a-z]{0,6}[elp]/,
    'reverse_shell',
    'netcat is started',
  ),
  known(['mkfifo '], /\bmkfifo\s{1,4}\/?[\w./]/, 'reverse_shell', 'a pipe for a reverse shell is made'),
  known(
    ['sh -c', 'sh  -c', 'sh<<<', 'sh <<<', '$0<<<'],
    /(?:\b(?:ba|z|k|c|da)?sh\s{1,4}-c\s{0,4}['"$`\w(]|(?:\bsh|bash|\$0)\s{0,2}<<<)/,
    'shell_call',
    'a shell runs what it is given',
  ),
  known(
    ['base64 -', 'base64 --'],
    /\bbase64\s{1,4}(?:-d|--decode|-di)\b/,
    'encoded_command',
    'a command is decoded before it is run',
  ),
  known(['ifs'], /\$\{?ifs\b|[;|&]\s{0,4}ifs=/, 'filter_evasion', '$IFS stands in for blanks'),
  known(
    ['powershell', 'pwsh'],
    /\b(?:powershell|pwsh)(?:\.exe)?\s{1,4}(?:[-/"'(&$]|iex\b|invoke-|get-|start-|wget\b|curl\b)/,
    'windows_command',
    'powershell is started',
  ),
  known(
    ['iex', 'invoke-', 'net.webclient', 'downloadstring(', 'frombase64string', 'iwr '],
    /(?:^|[^\w-])(?:iex|invoke-expression)\s{0,4}[("'$]|\binvoke-(?:webrequest|restmethod|command)\s{1,4}[-$"'h]|net\.webclient|\.downloadstring\s{0,4}\(|\]::frombase64string|\biwr\s{1,4}['"]?https?:/,
    'windows_command',
    'powershell fetches or runs code',
  ),
  known(
    ['cmd', 'comspec', 'systemroot', 'windir'],
    /\bcmd(?:\.exe)?\s{0,4}[/\\+]{1,2}\s?[ck]\b|%comspec%|\\cmd\.exe\b|%(?:systemroot|windir)%\\[\w\\]{1,60}\.exe/,
    'windows_command',
    'cmd.exe is started',
  ),
  known(
    ['::'],
    /\[(?:system\.|io\.|net\.|text\.|reflection\.|diagnostics\.|environment|convert|appdomain|activator)[\w.]{0,60}\]::\w/,
    'windows_command',
    'powershell reaches for classes of .NET',
  ),
  known(
    ["&('", '&("', "& ('", '& ("', ".('", '.("', "|('", '|("', '$env:', ' env:'],
    /[;&|]\s{0,2}[&.]?\s{0,2}\(\s{0,2}["'][\w{}-]{1,20}["']\s{0,2}(?:\+|-f\b|-join\b)|[;|&(]\s{0,4}\$env:\w{1,40}\s{0,4}(?:$|[;|)])|\b(?:gci|dir|ls|get-childitem)\s{1,4}env:/,
    'windows_command',
    'powershell builds the name of a command, or reads its environment',
  ),
  known(
    ['certutil', 'bitsadmin', 'mshta', 'regsvr32', 'rundll32'],
    /\b(?:certutil(?:\.exe)?\s{1,4}-|bitsadmin(?:\.exe)?\s{1,4}\/|mshta(?:\.exe)?\s{1,4}(?:https?|javascript|vbscript):|regsvr32(?:\.exe)?\s{1,4}\/|rundll32(?:\.exe)?\s{1,4}\w{1,40}[.:,])/,
    'windows_command',
    'a tool of Windows fetches or runs a file',
  ),
  known(
    ['wget', 'curl', 'fetch'],
    /\b(?:wget|curl|fetch)\s{1,4}(?:-[\w-]{1,20}\s{1,4}){0,6}['"]?(?:https?|ftp):\/\//,
    'download_command',
    'a file is fetched by a command',
  ),
  known(
    ['chmod'],
    /\bchmod\s{1,4}(?:[augo]{0,3}\+[rwxs]{1,3}|[0-7]{3,4})\s{1,4}\S/,
    'make_executable',
    'a file is made executable',
  ),
  known(
    ['bin/'],
    /(?:^|[\s;|&`(=:'"]|\\n)(?:\/|(?=usr\/))(?:usr\/)?(?:local\/)?s?bin\/[a-z]{2,12}\b|[;|&`]\s{0,2}s?bin\/[a-z]{2,12}\b/,
    'system_binary',
    'a program of the system is named by its path',
  ),
  known(
    ['/?', '?/', '/*', '/bin/', '/['],
    /[;|&`(]\s{0,4}\/(?=[a-z]{0,6}[?*[])[a-z?*[\]]{2,9}\/[a-z?*[\]]{2,12}|[;|&`(]\s{0,4}\/(?:usr\/)?bin\/(?=[a-z]{0,6}[?*[])[a-z?*[\]]{2,9}/,
    'filter_evasion',
    'a program is named by a pattern',
  ),
  known(
    ['cat /', "cat '/", 'cat "/', 'cat</', 'cat <', 'cat  /', '{cat,'],
    /\bcat\s{1,4}['"]?\/(?:(?:etc|proc|var|home|root|tmp|usr|opt)\/|flag|\*|\?)|\bcat\s{0,2}<\s{0,2}\/|\{cat,/,
    'file_read_command',
    'a file is read by a command',
  ),
  known(
    ['/etc/', '/proc/', '/tmp/', '/var/', '/root/', '/home/'],
    /[;|&`\n]\s{0,4}[a-z_]{1,12}\d?\s{1,4}(?:-[\w:]{1,8}\s{1,4}){0,4}(?:(?!(?:the|your|my|an?|in|of|to|all|this|that|from|for|on|at|is)\b)\w{1,12}\s{1,4})?['"]?\/(?:etc|proc|tmp|var|root|home)\//,
    'file_read_command',
    'a command behind a separator is given a file of the system',
  ),
  known(
    ['ping -', 'ping  -', 'ping /'],
    /\bping6?\s{1,4}[-/][nciwt]\s{0,4}\d/,
    'time_based_command',
    'ping is used to wait',
  ),
  known(['rm -', 'rm  -'], /\brm\s{1,4}-[rf]{1,3}\s/, 'destructive_command', 'files are removed'),
  known(
    ['perl', 'python', 'ruby', 'php', 'lua', 'node'],
    /\b(?:perl|python[23]?|ruby|php|lua|node)\s{1,4}(?:-\w{1,10}\s{1,4})?-(?:[ecr]|rsocket\s{1,4}-e)[\s'"]/,
    'inline_interpreter',
    'an interpreter runs code given to it',
  ),
  known(
    ['net user', 'net localgroup', 'net view', 'net group', 'net accounts', 'net1 ', 'net share'],
    /(?:^|[;|&`]\s{0,4})net1?\s{1,4}(?:user|localgroup|view|group|accounts|share)(?:\s{0,4}$|\s{1,4}\/|\s{1,4}administrators\b|(?:\s{1,4}[\w$]{1,20}){1,3}\s{1,4}\/)/,
    'windows_command',
    'accounts of the machine are listed or changed',
  ),
  known(
    ['netsh '],
    /\bnetsh\s{1,4}(?:adv)?(?:firewall|interface|wlan)\s/,
    'windows_command',
    'the firewall of the machine is changed',
  ),
  known(
    ['reg '],
    /\breg\s{1,4}(?:add|query|save|delete|export)\s{1,4}["']?hk/,
    'windows_command',
    'the registry is read or changed',
  ),
  known(
    ['wmic '],
    /\bwmic\s{1,4}(?:\/|(?:os|process|service|product|useraccount|computersystem|startup|logicaldisk|bios|qfe|nic)\b)/,
    'windows_command',
    'wmic is used',
  ),
  known(['for /f'], /\bfor\s{1,4}\/f\s{1,4}["%]/, 'windows_command', 'a loop of cmd.exe runs a command'),
  known(
    ['$'],
    /[;|&]\s{0,4}\$\{?[a-z_]\w{0,12}\}?\$\{?[a-z_]/,
    'filter_evasion',
    'the name of a command is put together from variables',
  ),
  known(
    [';.', '; .', '&&.', '&& .', '|.', '&.', '& .', ';!', '; source', '/tmp/', '/dev/shm/', '/var/tmp/'],
    /[;|&`]\s{0,2}\/(?:tmp|var\/tmp|dev\/shm)\/[\w.-]{1,40}(?:$|[\s;|&`])|^[;|&]\s{0,2}\.\s\w{1,20}$|[;|&]\s{0,2}(?:\.\s{1,2}|source\s{1,2})[/~.]{1,2}[\w/]|;\s{0,2}!\w{2,12}$|[;&]\s{0,2}\.\/[\w.-]{1,40}(?:$|[\s;|&])/,
    'shell_call',
    'a shell runs a file',
  ),
  known(
    ['$'],
    /\$\{[a-z_#]\w{0,24}:\d{1,3}(?::\d{1,3})?\}|\$'(?:\\x[\da-f]{2}|\\[0-7]{3}){2}|[;|&]\s{0,4}([a-z_]\w{0,12})=[^\s;&|]{1,60}[;&]{1,2}\s{0,4}\$\{?\1\b/,
    'filter_evasion',
    'the letters of a command are taken from elsewhere',
  ),
  known(
    ['then', ' do '],
    /[;|&\n]\s{0,4}(?:if|for|while|until)\s[^;]{1,60};\s{0,4}(?:then|do)\s{1,4}\w/,
    'shell_call',
    'a construct of the shell behind a separator',
  ),
  known(
    ['$(('],
    /\$\(\(\s{0,4}\d{1,9}\s{0,4}[-+*/%]\s{0,4}\d{1,9}\s{0,4}\)\)/,
    'arithmetic_probe',
    'a calculation of the shell shows whether it is run',
  ),
  known(['$(<'], /\$\(<\s{0,4}[\w/.~]/, 'file_read_command', 'a file is read by the shell'),
  known(
    ['echo'],
    /[;&|]\s{0,2}echo\s{1,4}[^&|>]{1,60}>{1,2}\s{0,4}(?:[a-z]:\\|\/|\.)/,
    'dropped_file',
    'a file is written by a command',
  ),
  known(['uname -'], /\buname\s{1,4}-[a-z]\b/, 'system_discovery', 'the system is identified'),
  known(
    ['type c:', 'type %', 'type  c:'],
    /\btype\s{1,4}(?:c:\S|%systemroot%|%windir%)/,
    'windows_command',
    'a file is read by a command',
  ),
  known(
    ['checkpoint-action', 'proxycommand', 'use-askpass', 'upload-pack', 'receive-pack', '--exec=', 'ext::'],
    /(?:^|[\s"'])-{1,2}(?:checkpoint-action|o\s{0,2}proxycommand|use-askpass|upload-pack|receive-pack)\s{0,2}=|^--exec=\S|^ext::\w/,
    'argument_injection',
    'an option makes a tool run a program',
  ),
  known(
    ['os.system', 'os.popen', 'subprocess', 'commands.getoutput', 'pty.spawn'],
    /\bos['")]{0,3}\.\s{0,2}(?:system|popen\d?|exec[lv]p?e?)\s{0,4}\(\s{0,4}[^\s)]|\bsubprocess['")]{0,3}\.\s{0,2}(?:call|run|popen|check_output|getoutput|check_call)\s{0,4}\(\s{0,4}[^\s)]|commands\.getoutput\s{0,4}\(|pty\.spawn\s{0,4}\(/,
    'code_that_runs_commands',
    'Python that runs a command',
  ),
  known(
    ['child_process', 'mainmodule', 'process.binding'],
    /\brequire\s{0,4}\(\s{0,4}["'`](?:node:)?child_process|mainmodule\.(?:require|constructor)|\bload\s{0,4}\(\s{0,4}["']child_process|process\.binding\s{0,4}\(/,
    'code_that_runs_commands',
    'Node.js code that runs a command',
  ),
  known(
    ['getruntime', 'processbuilder', 'diagnostics.process'],
    /\bgetruntime\s{0,4}\(\s{0,4}\)\s{0,4}\.\s{0,4}exec|\bnew\s{1,4}(?:java\.lang\.)?processbuilder\s{0,4}\(\s{0,4}[^\s)]|diagnostics\.process/,
    'code_that_runs_commands',
    'Java or .NET code that runs a command',
  ),
  known(
    ['io.popen', 'kernel.exec', 'process.spawn', 'open3', 'os.execute', '%x', 'qx/', 'qx{', 'qx('],
    /\b(?:io\.popen|kernel\.(?:exec|system|open|spawn)|process\.spawn|open3\.\w{1,12}|os\.execute)\s{0,4}\(\s{0,4}["'`[]|^%x[([{|]|(?:^|[;=(\s])qx[/({|][a-z]/,
    'code_that_runs_commands',
    'Ruby, Perl or Lua code that runs a command',
  ),
];

const FIND = gatedPatterns(KNOWN);

/** One of these stands in every text in which {@link knownCommand} finds something. */
export const KNOWN_COMMAND_LITERALS: readonly string[] = KNOWN.flatMap((entry) => entry.literals);

export interface KnownCommandMatch {
  readonly indicator: string;
  readonly why: string;
  readonly at: number;
}

/** The gravest command line that gives itself away in a text in lower case. */
export function knownCommand(lower: string): KnownCommandMatch | undefined {
  const found = FIND(lower);
  return found && { indicator: found.pattern.indicator, why: found.pattern.why, at: found.at };
}
