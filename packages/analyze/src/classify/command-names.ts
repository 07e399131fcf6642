import { wordSet } from './word-set.ts';

/** Files and disks. */
const FILES = `
  base32 base64 basenc blkid bzcat bzip2 chattr chmod chown cksum cp cpio dd df du egrep expr fdisk
  fgrep fsck getcap getfacl grep gunzip gzip hexdump iconv la ldd ln losetup ls lsattr lsblk md5sum
  mkfifo mknod mount mv nl objdump od parted pwd readelf rm rmdir setcap sha1sum sha256sum sqlite3
  strings swapon tac tar touch unzip whereis xxd xzcat zcat zgrep zless
`;

/** The network, and clients of its services. */
const NETWORK = `
  aria2c arping aws axel curl dig ethtool firewall-cmd fping ftp ftpget gcloud getent hostname
  ifconfig ifstat iptables iwconfig lftp lwp-download lwp-request lynx mongosh mtr mysql mysqldump
  nc ncat netcat netstat nft nmap nmcli nslookup openssl ping ping6 psql redis-cli route rpcinfo
  rsync scp sftp showmount smbclient socat ss ssh ssh-keygen tcpdump telnet tftp traceroute tshark
  ufw wget whois
`;

/** What runs other programs. */
const INTERPRETERS = `
  awk bash busybox csh dash gawk gcc gdb ksh nohup perl php pip3 python python2 python3 sed sh su sudo
  vi vim xterm zsh
`;

/** Processes, accounts, packages and devices. */
const SYSTEM = `
  adduser apt-get chfn chpasswd chsh compgen crontab dmesg dpkg dpkg-query env groupadd hostid
  hostnamectl id insmod iostat ipcs journalctl killall lastlog ldconfig loginctl logname lsb_release
  lscpu lsmod lsof lspci lsusb ltrace modprobe mpstat nproc passwd pgrep pidof pkill printenv ps
  pstree renice rmmod rpm setenforce stty sysctl systemctl timedatectl tput ulimit umask uname
  useradd userdel usermod visudo vmstat whoami
`;

/** Windows. */
const WINDOWS = `
  arp bcdedit bitsadmin calc certutil cmd cmd.exe cmdkey cmstp cscript del dir diskshadow driverquery
  dsquery esentutl extrac32 findstr forfiles fsutil getmac gpresult icacls installutil ipconfig
  ipconfig.exe klist msbuild mshta msiexec nbtstat net1 nltest notepad ntdsutil odbcconf pathping
  pcalua powershell powershell.exe psexec pwsh quser qwinsta reg regasm regsvr32 rundll32 schtasks
  setspn sysinfo systeminfo takeown taskkill tasklist tracert tskill ver vssadmin waitfor wbadmin
  wevtutil wmic wscript xcopy
`;

/** Commands that are no English word: behind a separator they may stand alone. */
export const COMMANDS: ReadonlySet<string> = wordSet(
  [FILES, NETWORK, INTERPRETERS, SYSTEM, WINDOWS].join(' '),
);
