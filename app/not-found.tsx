import { AuthFrame } from "@/components/shell/auth-frame";
import { buttonStyle } from "@/components/ui/button-style";

export default function NotFound() {
  return (
    <AuthFrame title="Nothing here" description="The page or the thing that it showed does not exist, or not any more.">
      {/* Every page carries this one: a plain link, which loads no code. */}
      <a href="/" className={buttonStyle("default")}>
        Go to the Overview
      </a>
    </AuthFrame>
  );
}
