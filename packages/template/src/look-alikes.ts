/**
 * Letters that look like ASCII and are not. A reviewer cannot see that `раypal` starts with two Cyrillic
 * letters, so changed texts that hold such letters are printed once more with them spelled out.
 * Source: Unicode UTS #39, the single-letter confusables of ASCII letters and digits in scripts that share
 * shapes with Latin; compatibility forms (full width, mathematical) are found by normalisation.
 */

/** Cyrillic, Greek, Armenian, Cherokee and Coptic shapes; each stands for the Latin letter it is taken for. */
const CONFUSABLE = new Set(
  // Cyrillic
  'аеорсухіјѕһԁԛԝѵүӏгпвкмнтАВЕКМНОРСТХІЈЅԌԚԜѴҮӀЗ' +
    // Greek
    'αβγικνορτυχωΑΒΕΖΗΙΚΜΝΟΡΤΥΧϲϹϳͿ' +
    // Armenian
    'աոսցօհզյՏՍՕԼ' +
    // Cherokee
    'ᎠᎡᎢᎥᎪᎬᎳᎷᎻᎽᏀᏃᏎᏔᏚᏟᏢᏦᏧ' +
    // Coptic
    'ⲟⲢⲣⲤⲥⲬⲭⲎⲏⲒⲓⲔⲕⲘⲙⲚⲛ' +
    // Latin and punctuation that pass for others
    'ıɑɡℓǃ‐‑‒–—−∕⁄ꞌ′ʹʼ‛‘’“”„‟⁎∗‚։∶꞉ː',
);

const NO_ORDINARY_SPACE = /[\p{Space_Separator}\u2800]/u;

/** True when a text holds a character that a reader would take for an ASCII one. */
export function hasLookAlikes(text: string): boolean {
  return Array.from(text).some(isLookAlike);
}

/** The text with each such character as `\u{…}`. */
export function spellLookAlikes(text: string): string {
  return Array.from(text, (character) =>
    isLookAlike(character) ? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}` : character,
  ).join('');
}

/** @param character one code point */
export function isLookAlike(character: string): boolean {
  if (character <= '\u007f') return false;
  if (CONFUSABLE.has(character) || NO_ORDINARY_SPACE.test(character)) return true;
  const plain = character.normalize('NFKC');
  return /^[\u0020-\u007e]+$/.test(plain);
}
