/** What a careless administrator might have left behind, by path. Nothing in it opens anything. */
export interface Bait {
  readonly type: string;
  readonly text: string;
}

const PLAIN = 'text/plain; charset=utf-8';

export const BAITS: Readonly<Record<string, Bait>> = Object.freeze({
  '/.env': {
    type: PLAIN,
    text: `APP_NAME=larkfield
APP_ENV=production
APP_DEBUG=false
DB_HOST=db.larkfield.example
DB_DATABASE=shop
DB_USERNAME=shop_rw
DB_PASSWORD=four-fields-1974
MAIL_HOST=mail.larkfield.example
SESSION_LIFETIME=120
`,
  },
  '/.git/HEAD': { type: PLAIN, text: 'ref: refs/heads/main\n' },
  '/.git/config': {
    type: PLAIN,
    text: `[core]
	repositoryformatversion = 0
	filemode = true
	bare = false
[remote "origin"]
	url = git@git.larkfield.example:web/shop.git
	fetch = +refs/heads/*:refs/remotes/origin/*
`,
  },
  '/config.php.bak': {
    type: PLAIN,
    text: `<?php
$db_host = 'db.larkfield.example';
$db_name = 'shop';
$db_user = 'shop_rw';
$db_pass = 'four-fields-1974';
define('UPLOAD_DIR', __DIR__ . '/uploads/');
`,
  },
  '/backup/README.txt': {
    type: PLAIN,
    text: 'Nightly dumps. Kept 14 days. Restore with restore.sh on db.larkfield.example. Ask Tom for the passphrase.\n',
  },
  '/backup/users.csv': {
    type: 'text/csv; charset=utf-8',
    text: `id,username,password_md5,role
1,admin,7d0c6f2a91be44d3a8f25b1e90c3d417,administrator
2,ruth,0b93de5512f7486ca4e1d80f6a27c95e,staff
3,tom,e41a7b20d9354c8fb6620f3c18ad5b79,staff
`,
  },
});

/** Names and sizes in the listing of `/backup/`. */
export const BACKUP_LISTING: readonly {
  readonly name: string;
  readonly day: string;
  readonly size: string;
}[] = [
  { name: 'README.txt', day: '03-Feb-2025 09:12', size: '107' },
  { name: 'users.csv', day: '18-Sep-2025 02:00', size: '201' },
];
