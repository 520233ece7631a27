// The example's till as a module (`--esm`).
import { till, 'corefuse:shop/till@0.1.0' as again, type Exports } from './shop-module.js';

export function sell(): string {
  const basket: Exports.CorefuseShopTill.Basket = new till.Basket('Ada');
  const line: { name: string; quantity: number; unitPrice: number } = basket.add('tea', 2);
  // @ts-expect-error the quantity is a number
  basket.add('tea', '2');
  return again.receipt(basket, { tag: 'voucher', val: [line.unitPrice, 'thanks'] });
}
