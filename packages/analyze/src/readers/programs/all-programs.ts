import type { Program } from '../program.ts';
import { amavis } from './amavis.ts';
import { apacheError } from './apache-error.ts';
import { asterisk } from './asterisk.ts';
import { audiobookshelf } from './audiobookshelf.ts';
import { auditd } from './auditd.ts';
import { awsAlb } from './aws-alb.ts';
import { bitwarden } from './bitwarden.ts';
import { calibreWeb } from './calibre-web.ts';
import { cas } from './cas.ts';
import { charon } from './charon.ts';
import { cloudtrail } from './cloudtrail.ts';
import { coraza } from './coraza.ts';
import { couchdb } from './couchdb.ts';
import { cowrieSyslog } from './cowrie-syslog.ts';
import { cpanel } from './cpanel.ts';
import { dovecot } from './dovecot.ts';
import { emby } from './emby.ts';
import { endlessh } from './endlessh.ts';
import { exchange } from './exchange.ts';
import { exim } from './exim.ts';
import { freeswitch } from './freeswitch.ts';
import { gin } from './gin.ts';
import { guacamole } from './guacamole.ts';
import { hestia } from './hestia.ts';
import { homeAssistant } from './home-assistant.ts';
import { immich } from './immich.ts';
import { jellyfin } from './jellyfin.ts';
import { kernel } from './kernel.ts';
import { keycloak } from './keycloak.ts';
import { lemonldap } from './lemonldap.ts';
import { magento } from './magento.ts';
import { mailu } from './mailu.ts';
import { mealie } from './mealie.ts';
import { meshcentral } from './meshcentral.ts';
import { mikrotik } from './mikrotik.ts';
import { mongodb } from './mongodb.ts';
import { mysql } from './mysql.ts';
import { named } from './named.ts';
import { navidrome } from './navidrome.ts';
import { nextcloud } from './nextcloud.ts';
import { nginxError } from './nginx-error.ts';
import { ntfy } from './ntfy.ts';
import { opensearchDashboards } from './opensearch-dashboards.ts';
import { opnsense } from './opnsense.ts';
import { paperless } from './paperless.ts';
import { pfsense } from './pfsense.ts';
import { pkexec } from './pkexec.ts';
import { postfix } from './postfix.ts';
import { postgresql } from './postgresql.ts';
import { proftpd } from './proftpd.ts';
import { proxmox } from './proxmox.ts';
import { proxmoxBackup } from './proxmox-backup.ts';
import { pterodactyl } from './pterodactyl.ts';
import { pureFtpd } from './pure-ftpd.ts';
import { qbittorrent } from './qbittorrent.ts';
import { redmine } from './redmine.ts';
import { sabnzbd } from './sabnzbd.ts';
import { samba } from './samba.ts';
import { sonarr } from './sonarr.ts';
import { sshd } from './sshd.ts';
import { stirlingPdf } from './stirling-pdf.ts';
import { su } from './su.ts';
import { sudo } from './sudo.ts';
import { technitium } from './technitium.ts';
import { teleport } from './teleport.ts';
import { thehive } from './thehive.ts';
import { traefikDebug } from './traefik-debug.ts';
import { uptimeKuma } from './uptime-kuma.ts';
import { vaultwarden } from './vaultwarden.ts';
import { vsftpd } from './vsftpd.ts';
import { webmin } from './webmin.ts';
import { windowsSecurity } from './windows-security.ts';
import { zimbra } from './zimbra.ts';
import { zoneminder } from './zoneminder.ts';
import { zoraxy } from './zoraxy.ts';

/** Every program whose lines are read; those that remember something are made anew for each log. */
export function allPrograms(): readonly Program[] {
  return [
    amavis,
    apacheError,
    asterisk,
    audiobookshelf,
    auditd,
    awsAlb,
    bitwarden,
    calibreWeb,
    cas,
    charon(),
    cloudtrail,
    coraza,
    couchdb,
    cowrieSyslog,
    cpanel,
    dovecot,
    emby,
    endlessh,
    exchange,
    exim,
    freeswitch,
    gin,
    guacamole,
    hestia,
    homeAssistant,
    immich,
    jellyfin,
    kernel,
    keycloak,
    lemonldap,
    magento,
    mailu,
    mealie,
    meshcentral,
    mikrotik,
    mongodb,
    mysql,
    named,
    navidrome,
    nextcloud,
    nginxError,
    ntfy,
    opensearchDashboards,
    opnsense,
    paperless,
    pfsense,
    pkexec,
    postfix,
    postgresql,
    proftpd,
    proxmoxBackup,
    proxmox,
    pterodactyl,
    pureFtpd,
    qbittorrent,
    redmine,
    sabnzbd,
    samba,
    sonarr,
    sshd(),
    stirlingPdf,
    su,
    sudo,
    technitium,
    teleport,
    thehive,
    traefikDebug,
    uptimeKuma,
    vaultwarden,
    vsftpd,
    webmin,
    windowsSecurity,
    zimbra,
    zoneminder,
    zoraxy,
  ];
}
