/** Positions in memory. Sizes and alignments come with the plan; offsets follow from them. */

/**
 * Spec: `align_to`.
 *
 * @param {number} address
 * @param {number} align in bytes
 */
export function alignTo(address, align) {
  return Math.ceil(address / align) * align;
}

/**
 * Where the fields of a record are, and how large and aligned the whole is. Spec: `elem_size_record`.
 *
 * @param {{ size: number, align: number }[]} fields
 */
export function layoutRecord(fields) {
  let end = 0;
  let align = 1;
  const offsets = fields.map((field) => {
    const at = alignTo(end, field.align);
    end = at + field.size;
    align = Math.max(align, field.align);
    return at;
  });
  return { offsets, align, size: alignTo(end, align) };
}
