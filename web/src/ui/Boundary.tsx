import { Component, type ReactNode } from "react";

interface Props {
  readonly children: ReactNode;
  /** What is shown instead of what could not be drawn. */
  readonly instead: (error: Error) => ReactNode;
}

/** Where something cannot be drawn, a sentence stands instead of a blank page. */
export class Boundary extends Component<Props, { error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error ? this.props.instead(error) : this.props.children;
  }
}
