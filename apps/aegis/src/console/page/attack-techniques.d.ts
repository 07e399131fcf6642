/** The name of an ATT&CK technique that the analyzer or a scenario assigns. */
export function techniqueName(id: string): string | undefined;
