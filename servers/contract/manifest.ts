import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { z } from 'zod';
import { CONTRACT_VERSION, type ServerManifest } from './ready.ts';
import { type TransportId, transportIds } from './transports.ts';

const words = z.array(z.string().min(1));
const headBytes = z.int().min(1);
const answerHeadBytes = z.strictObject({ events: headBytes, empty: headBytes });
const answerHeads = z.strictObject({ keepAlive: answerHeadBytes, close: answerHeadBytes });
const responseHeads = z.strictObject({
  polling: answerHeads.exactOptional(),
  'long-polling': answerHeads.exactOptional(),
  sse: headBytes.exactOptional(),
  'http-stream': headBytes.exactOptional(),
  websocket: headBytes.exactOptional(),
} satisfies Record<TransportId, z.ZodType>);

/** The shape of `server.json` for a server in a folder of this name; server.schema.json says the same to editors. */
const manifestShape = (folderName: string) =>
  z.strictObject({
    $schema: z.string().optional(),
    contractVersion: z.literal(CONTRACT_VERSION),
    name: z.literal(folderName, `must be the name of the folder, "${folderName}"`),
    language: z.string().min(1),
    transports: z
      .array(z.enum(transportIds))
      .min(1)
      .refine((ids) => new Set(ids).size === ids.length, 'a transport is named twice'),
    requires: words,
    build: z.array(words.min(1)),
    start: words.min(1),
    responseHeadBytes: responseHeads.exactOptional(),
  });

/** A manifest, or everything that is wrong with it. */
export type ParsedManifest = { manifest: ServerManifest; problems: [] } | { manifest: null; problems: string[] };

/** Reads the text of a `server.json` that stands in a folder of this name. Throws nothing. */
export function parseManifest(text: string, folderName: string): ParsedManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { manifest: null, problems: [`server.json is not JSON: ${(error as Error).message}`] };
  }
  const parsed = manifestShape(folderName).safeParse(json);
  if (parsed.success) {
    const { $schema: _, ...manifest } = parsed.data;
    return { manifest, problems: [] };
  }
  const problems = parsed.error.issues.map(
    ({ path, message }) => `server.json: ${path.join('.') || 'all'}: ${message}`,
  );
  return { manifest: null, problems };
}

/** PATH for a server: this Node first, so that `node` means the pinned one also outside of npm scripts. */
export function serverPath(): string {
  return [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
}

function isOnPath(program: string): boolean {
  return serverPath()
    .split(delimiter)
    .some((folder) => {
      try {
        accessSync(join(folder, program), constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Programs the server requires that are not on PATH; empty when it can run. */
export function missingPrograms(manifest: ServerManifest): string[] {
  return manifest.requires.filter((program) => !isOnPath(program));
}
