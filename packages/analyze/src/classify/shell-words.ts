import { wordSet } from './word-set.ts';

/** Commands that are English words too: they need an argument that only a command would have. */
export const AMBIGUOUS_COMMANDS: ReadonlySet<string> = wordSet(`
  apt arch at attrib cat cd copy cut date diff docker echo ed exec export false file find finger
  free git groups halt head help history host info ip java kill kubectl last less locate look mail
  man mkdir more move net nice node path pip print printf read reboot ren rev ruby script service
  set shutdown sleep sort source split start stat system tail tee test time timeout top tr true type
  uniq uptime users view vol w wc which who write xargs yes yum zip
`);

/** Commands whose names are everyday words: only right at the start of a value are they commands. */
export const WORDY_COMMANDS: ReadonlySet<string> = wordSet(`
  alias ant ar batch bg cal cargo cipher clear clip column comm composer declare exit expand fg fold
  gc gem go gps gsv iex init install jobs join link logoff logout make md nano nm npm paste patch
  poweroff pr query rd reset sc screen shred talk tmux trap tree truncate tsort unlink unset wall
  watch yarn
`);

/** Commands that nobody writes about behind a separator: whatever follows them is an argument. */
export const TELLING_COMMANDS: ReadonlySet<string> = wordSet(`
  adduser base32 bitsadmin blkid busybox certutil chmod chown chpasswd compgen cp crontab cscript
  driverquery forfiles gdb getcap getent getmac gpresult hostnamectl ifconfig ipconfig journalctl
  ldd ln ls lsblk lsof md5sum mkfifo mshta mv mysqldump nbtstat ncat netcat netstat nltest nslookup
  printenv qwinsta redis-cli regsvr32 rm rmdir rundll32 schtasks sha1sum sha256sum socat ssh-keygen
  sudo systeminfo taskkill tasklist uname useradd userdel usermod vssadmin wget whoami wmic wscript
  xxd
`);

/** Commands that are given a host, with or without options in front. */
export const NETWORK_COMMANDS: ReadonlySet<string> = wordSet(`
  curl wget ping ping6 host dig nslookup telnet ssh ftp tftp nc traceroute tracert fetch
`);

/** First arguments that make a command of a word, where what follows would look like a sentence otherwise. */
export const SUBCOMMANDS: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['which', new Set(['python', 'python3', 'perl', 'php', 'nc', 'bash', 'sh', 'curl', 'wget', 'gcc', 'ls'])],
  ['ps', new Set(['aux', 'auxww', 'ax', 'ef', 'axu', 'faux'])],
  ['net', new Set(['user', 'view', 'localgroup', 'share', 'group', 'accounts', 'use'])],
  ['ip', new Set(['a', 'addr', 'address', 'route', 'link', 'neigh'])],
  ['openssl', new Set(['s_client', 'enc', 'passwd', 'req', 's_server'])],
  ['systemctl', new Set(['status', 'start', 'stop', 'enable', 'list-units'])],
  ['apt', new Set(['install', 'update'])],
  ['apt-get', new Set(['install', 'update'])],
  ['docker', new Set(['ps', 'exec', 'run', 'images'])],
  ['git', new Set(['clone', 'pull', 'push', 'config'])],
  ['kubectl', new Set(['get', 'exec', 'apply', 'run'])],
  ['pip', new Set(['install', 'download'])],
  ['yum', new Set(['install'])],
  ['sc', new Set(['query', 'stop', 'create', 'config'])],
  ['start', new Set(['calc', 'cmd', 'notepad', 'powershell'])],
  ['tar', new Set(['cf', 'xf', 'czf', 'xzf', 'cvf'])],
  ['su', new Set(['root', 'admin'])],
  ['passwd', new Set(['root'])],
  ['service', new Set(['ssh', 'apache2', 'nginx', 'mysql', 'cron'])],
  ['cat', new Set(['flag', 'flag.txt'])],
  ['id', new Set(['root', 'www-data', 'nobody'])],
  ['aws', new Set(['s3', 'iam', 'ec2', 'sts'])],
]);
