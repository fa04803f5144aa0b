import { readFileSync } from 'node:fs';

/** A part of a byte sequence; see README.md. */
type VectorPart = string | { hex: string } | { repeat: string; count: number };

/** A byte sequence as the vector files write it. */
export type VectorBytes = VectorPart | VectorPart[];

/** The bytes that a description stands for. */
export function vectorBytes(description: VectorBytes): Buffer {
  const parts = Array.isArray(description) ? description : [description];
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(part);
      if ('hex' in part) return Buffer.from(part.hex.replaceAll(' ', ''), 'hex');
      return Buffer.from(part.repeat.repeat(part.count));
    }),
  );
}

/** The vectors of one file of this folder; the caller knows their shape. */
export function readVectors<Vector>(file: string): Vector[] {
  const document = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as { vectors: Vector[] };
  return document.vectors;
}
