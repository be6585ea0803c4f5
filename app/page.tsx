export default function HomePage() {
  return <h1>Certsweep</h1>;
}
