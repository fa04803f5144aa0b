/** How a packed run document stands in a report: as the address of a link, gzip and base64. */
export const PACKED_PREFIX = 'data:application/gzip;base64,';

/** The packed documents in the text of a report, in order; none when it is another page. */
export function packedDocuments(page: string): string[] {
  // Nothing else in a report can hold this: a quotation mark of a document is escaped, and so is an angle.
  return [...page.matchAll(/ href="?data:application\/gzip;base64,([A-Za-z0-9+/=]*)[">]/g)].map(
    ([, packed = '']) => packed,
  );
}

/** The JSON text of a packed document. Rejects when it is damaged. */
export async function unpackDocument(packed: string): Promise<string> {
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(unpacked).text();
}
