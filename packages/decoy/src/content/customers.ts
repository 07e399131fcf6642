export interface Customer {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly role: 'administrator' | 'staff' | 'customer';
  /** ISO 8601 day. */
  readonly since: string;
}

/** Nobody of these exists and none of them can sign in. */
export const CUSTOMERS: readonly Customer[] = [
  { id: 1, username: 'admin', name: 'Site Administrator', role: 'administrator', since: '2019-02-01' },
  { id: 2, username: 'ruth', name: 'Ruth Pell', role: 'staff', since: '2019-02-04' },
  { id: 3, username: 'tom', name: 'Tom Asher', role: 'staff', since: '2020-07-13' },
  { id: 4, username: 'ines', name: 'Ines Marlow', role: 'staff', since: '2021-01-18' },
  { id: 5, username: 'allotment12', name: 'J. Wether', role: 'customer', since: '2023-03-30' },
];
