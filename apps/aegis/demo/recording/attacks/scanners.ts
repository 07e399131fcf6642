import { FORGED_AGENTS } from '../user-agents.ts';
import { SITE, SITE_ADDRESS, type Tool } from '../visit.ts';

const SCRIPTS = [
  'http-enum',
  'http-headers,http-title,http-methods,http-server-header',
  'http-robots.txt,http-sitemap-generator',
  'http-sql-injection',
  'http-stored-xss,http-phpself-xss',
  'http-shellshock,http-vuln-cve2017-5638,http-vuln-cve2014-3704',
  'http-passwd,http-phpmyadmin-dir-traversal,http-vmware-path-vuln',
  'http-git,http-svn-info,http-config-backup,http-backup-finder',
  'http-wordpress-enum,http-wordpress-users,http-drupal-enum',
  'http-form-brute,http-brute',
  'http-trace,http-webdav-scan,http-put,http-iis-webdav-vuln',
  'http-userdir-enum,http-default-accounts',
  'http-waf-detect,http-waf-fingerprint',
  'http-open-proxy,http-open-redirect',
  'http-form-fuzzer,http-unsafe-output-escaping',
  'http-cross-domain-policy,http-cors,http-security-headers',
  'http-apache-server-status,http-php-version,http-generator',
  'http-vuln-cve2012-1823,http-vuln-cve2011-3192,http-vuln-cve2017-1001000',
  'http-fileupload-exploiter,http-csrf',
  'http-auth,http-auth-finder,http-ntlm-info',
  'http-useragent-tester,http-mobileversion-checker',
  'http-comments-displayer,http-grep,http-errors',
];

export const nmap: Tool = ({ pick, chance }) => {
  const agent = chance(0.25) ? `,http.useragent=${pick(FORGED_AGENTS)}` : '';
  const small =
    'httpspider.maxpagecount=25,http-enum.basepath=/,brute.firstonly=true,unpwdb.userlimit=4,unpwdb.passlimit=8';
  return [
    {
      run: [
        'nmap',
        '-Pn',
        '-n',
        '-p',
        '80',
        '--host-timeout',
        '20s',
        '--script-timeout',
        '15s',
        '--script',
        pick(SCRIPTS),
        '--script-args',
        `${small}${agent}`,
        chance(0.6) ? 'www.larkfield.example' : SITE_ADDRESS,
      ],
    },
  ];
};

/** Asks the port in many protocols what it is. */
export const nmapVersions: Tool = ({ pick }) => [
  {
    run: ['nmap', '-Pn', '-n', '-sV', '--version-intensity', pick(['2', '5', '9']), '-p', '80', SITE_ADDRESS],
    seconds: 40,
  },
];

export const whatweb: Tool = ({ pick, chance }) => [
  {
    run: [
      'whatweb',
      '--no-errors',
      '--color=never',
      '-q',
      '-a',
      pick(['1', '3', '3', '4']),
      '--max-threads',
      '4',
      ...(chance(0.25) ? ['-U', pick(FORGED_AGENTS)] : []),
      pick([SITE, `${SITE}/login`, `${SITE}/admin/`, `http://${SITE_ADDRESS}/`]),
    ],
    seconds: 15,
  },
];

export const wapiti: Tool = ({ pick, folder, chance }) => {
  const out = folder();
  return [
    {
      run: [
        'wapiti',
        '-u',
        pick([
          `${SITE}/product?id=1`,
          `${SITE}/search?q=leek`,
          `${SITE}/shop?category=herbs`,
          `${SITE}/login`,
        ]),
        '--scope',
        pick(['page', 'url', 'folder']),
        '-m',
        pick([
          'sql',
          'xss',
          'file',
          'exec',
          'xxe',
          'backup',
          'crlf',
          'redirect',
          'ssrf,sql',
          'shellshock',
          'nikto',
        ]),
        '-d',
        '1',
        '--max-links-per-page',
        '10',
        '--max-scan-time',
        '6',
        '--max-attack-time',
        '6',
        '--flush-session',
        '--no-bugreport',
        '-v',
        '0',
        '--store-session',
        out,
        '--store-config',
        out,
        '-f',
        'txt',
        '-o',
        `${out}/report.txt`,
        ...(chance(0.3) ? ['-A', pick(FORGED_AGENTS)] : []),
      ],
    },
  ];
};

/** As many requests as fit, for nothing. */
export const flood: Tool = ({ pick, between }) => [
  {
    run: [
      'ab',
      '-q',
      '-n',
      String(between(200, 600)),
      '-c',
      String(between(5, 20)),
      `${SITE}${pick(['/', '/search?q=a', '/shop'])}`,
    ],
  },
];
