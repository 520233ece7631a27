// The example's till, as a TypeScript host uses it.
import { WASIShim } from '@bytecodealliance/preview2-shim/instantiation';
import { instantiate, type Imports } from './shop.js';

export async function sell(priceOf: (name: string) => number | undefined): Promise<string> {
  const { exports } = await instantiate({ ...new WASIShim().getImportObject(), priceOf });
  const basket = new exports.till.Basket('Ada');
  const line: { name: string; quantity: number; unitPrice: number } = basket.add('tea', 2);
  // @ts-expect-error the quantity is a number
  basket.add('tea', '2');
  return exports.till.receipt(basket, { tag: 'voucher', val: [line.unitPrice, 'thanks'] });
}

export async function offer(imports: Imports): Promise<void> {
  await instantiate(imports);
  const { 'wasi:cli/environment@0.2.12': environment, 'wasi:cli/exit@0.2.12': exit, ...rest } = imports;
  // @ts-expect-error an interface is missing
  await instantiate({ ...rest, 'wasi:cli/environment@0.2.12': environment });
  await instantiate({ ...rest, 'wasi:cli/environment@0.2.12': environment, 'wasi:cli/exit@0.2.12': exit });
  const unversioned = new WASIShim().getImportObject();
  // @ts-expect-error a function is missing
  await instantiate(unversioned);
  // @ts-expect-error a function of the wrong type
  await instantiate({ ...unversioned, priceOf: (name: number) => name });
}
