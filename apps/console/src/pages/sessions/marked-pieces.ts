export interface Piece {
  readonly text: string;
  readonly isMarked: boolean;
}

/** Shorter evidence would be marked wherever it stands by chance. */
const SHORTEST = 3;

/** A text in pieces, those marked that are evidence: as it was recorded, or as a URL writes it. */
export function markedPieces(text: string, evidence: readonly string[]): readonly Piece[] {
  const marked = new Uint8Array(text.length);
  for (const each of evidence) {
    if (each.length < SHORTEST) continue;
    for (const written of new Set([
      each,
      encodeURI(each.toWellFormed()),
      encodeURIComponent(each.toWellFormed()),
    ]))
      for (let at = text.indexOf(written); at >= 0; at = text.indexOf(written, at + written.length))
        marked.fill(1, at, at + written.length);
  }
  const pieces: Piece[] = [];
  for (let from = 0; from < text.length; ) {
    let to = from + 1;
    while (to < text.length && marked[to] === marked[from]) to++;
    pieces.push({ text: text.slice(from, to), isMarked: marked[from] === 1 });
    from = to;
  }
  return pieces;
}
