import type { RunDocument } from '../../run-document.ts';
import { CALIBRATION_READING, CALIBRATION_TITLE, calibrationColumns } from '../calibration-columns.ts';
import { type Paint, paragraph } from './paint.ts';
import { layoutTable } from './table.ts';

/** What the driver adds by itself; nothing where it was not calibrated. */
export function calibrationTable({ calibration }: RunDocument, width: number, paint: Paint): string[][] {
  if (calibration.length === 0) return [];
  const blocks = layoutTable(
    [{ heading: ['transport'], cells: calibration.map(({ transport }) => transport), align: 'left' }],
    calibrationColumns(calibration).map(({ heading, cells }) => ({
      heading,
      cells,
      align: cells.some((cell) => cell.endsWith('%')) ? 'right' : 'decimal',
    })),
    width,
  );
  const tables = blocks.map((block) => [...block.heading.map((line) => paint('bold', line)), ...block.rows]);
  return [[paint('bold', CALIBRATION_TITLE), ...paragraph(CALIBRATION_READING, width)], ...tables];
}
