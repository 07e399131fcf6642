/** MITRE ATT&CK (Enterprise) names of the techniques that the analyzer and the scenarios assign. */
const NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    T1053: 'Scheduled Task/Job',
    'T1053.003': 'Cron',
    T1059: 'Command and Scripting Interpreter',
    'T1059.003': 'Windows Command Shell',
    'T1059.004': 'Unix Shell',
    'T1059.007': 'JavaScript',
    T1070: 'Indicator Removal',
    T1078: 'Valid Accounts',
    T1082: 'System Information Discovery',
    T1083: 'File and Directory Discovery',
    T1098: 'Account Manipulation',
    T1105: 'Ingress Tool Transfer',
    T1110: 'Brute Force',
    'T1110.001': 'Password Guessing',
    'T1110.003': 'Password Spraying',
    'T1110.004': 'Credential Stuffing',
    T1190: 'Exploit Public-Facing Application',
    'T1222.002': 'Linux and Mac File Permissions Modification',
    T1496: 'Resource Hijacking',
    'T1505.003': 'Web Shell',
    T1552: 'Unsecured Credentials',
    'T1552.005': 'Cloud Instance Metadata API',
    T1562: 'Impair Defenses',
    'T1566.002': 'Spearphishing Link',
    T1571: 'Non-Standard Port',
    T1595: 'Active Scanning',
    'T1595.002': 'Vulnerability Scanning',
    'T1595.003': 'Wordlist Scanning',
  }),
);

/** Of `T1190`; undefined for one that nothing here assigns. */
export function techniqueName(id: string): string | undefined {
  return NAMES.get(id);
}
