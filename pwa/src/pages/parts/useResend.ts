import { onMounted, shallowRef, type ShallowRef } from 'vue';
import { useRoute } from 'vue-router';
import { quarantined, type QuarantinedOp } from '@/data';

/** The refused op that this page's form was opened to correct (`?resend=`); null without one. */
export function useResend(): ShallowRef<QuarantinedOp | null> {
  const route = useRoute();
  const found = shallowRef<QuarantinedOp | null>(null);
  onMounted(async () => {
    const wanted = route.query['resend'];
    if (!wanted) return;
    found.value = (await quarantined()).find(({ id }) => id === wanted) ?? null;
  });
  return found;
}
