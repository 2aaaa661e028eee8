/** A list of choices in a CSV file as an instance: `root/item` with a child for each column. */

import { Node } from './tree';

export function instanceOfCsv(text: string): Node {
  const [header = [], ...rows] = rowsOf(text.replace(/^\ufeff/, ''));
  const document = new Node('', '', null);
  const root = new Node('root', 'root', document);
  document.add(root);
  for (const row of rows) {
    const item = new Node('item', 'item', root);
    root.add(item);
    header.forEach((name, column) => {
      const cell = new Node(name.trim(), name.trim(), item);
      cell.value = row[column] || null;
      item.add(cell);
    });
  }
  return document;
}

function rowsOf(text: string): string[][] {
  const comma = separatorOf(text.slice(0, text.indexOf('\n') + 1));
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${comma}\\r\\n]*))(${comma}|\\r?\\n|$)`, 'y');
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) break;
    row.push(found[1]?.replace(/""/g, '"') ?? found[2] ?? '');
    if (found[3] === comma) continue;
    if (row.join('') !== '') rows.push(row);
    row = [];
  }
  return rows;
}

const separatorOf = (line: string): string =>
  line.includes(';') && !line.includes(',') ? ';' : ',';
