import { AuthFrame } from "@/components/shell/auth-frame";
import { ButtonLink } from "@/components/ui/button-link";

export default function NotFound() {
  return (
    <AuthFrame title="Nothing here" description="The page or the thing that it showed does not exist, or not any more.">
      <ButtonLink href="/">Go to the Overview</ButtonLink>
    </AuthFrame>
  );
}
