/** What the sample shop sells and who may log in. Invented; the passwords guard nothing. */

export interface Product {
  readonly slug: string;
  readonly name: string;
  readonly priceCents: number;
}

export const PRODUCTS: readonly Product[] = [
  { slug: 'blue-kettle', name: 'Blue kettle', priceCents: 4900 },
  { slug: 'union-jack-mug', name: 'Union Jack mug', priceCents: 1200 },
  { slug: 'drop-earrings', name: 'Drop earrings', priceCents: 3500 },
  { slug: 'drop-leaf-table', name: 'Drop-leaf table', priceCents: 24900 },
  { slug: 'obrien-whiskey-glass', name: "O'Brien whiskey glass", priceCents: 1800 },
  { slug: 'gift-card-select', name: 'Select gift card', priceCents: 5000 },
  { slug: 'dog-cat-bed', name: 'Dog & cat bed', priceCents: 6900 },
  { slug: 'script-font-poster', name: 'Script font poster', priceCents: 1500 },
  { slug: 'exec-desk-lamp', name: 'Exec desk lamp', priceCents: 8900 },
  { slug: 'root-beer-kit', name: 'Root beer kit', priceCents: 2900 },
];

export interface Account {
  /** Both what one types and `usr.id`. */
  readonly login: string;
  readonly password: string;
}

const LOGINS = [
  'ana.silva',
  'ben.okafor',
  'chloe.martin',
  'dmitri.volkov',
  'elif.kaya',
  'finn.larsen',
  'grace.obrien',
  'hiro.tanaka',
  'ines.moreau',
  'jamal.reed',
  'kasia.nowak',
  'liam.byrne',
  'maya.patel',
  'noor.haddad',
  'oscar.lind',
  'priya.nair',
  'quinn.archer',
  'rosa.jimenez',
  'sven.berg',
  'tara.singh',
  'payroll.admin',
  'healthcheck-eu',
];

export const ACCOUNTS: readonly Account[] = LOGINS.map((login) => ({ login, password: passwordOf(login) }));

/** The right password of a login of the sample. */
export function passwordOf(login: string): string {
  return `${login}:correct-horse`;
}
