(* Bigarrays, whose memory is outside the OCaml heap, and what the collector frees of them. *)
let work seed =
  let table = Hashtbl.create 100 in
  for i = 1 to 20000 do
    let array = Bigarray.Array1.create Bigarray.int Bigarray.c_layout (i mod 300 + 1) in
    Bigarray.Array1.fill array (i * seed);
    Hashtbl.replace table (i mod 500) array
  done;
  Hashtbl.fold (fun key array sum -> sum + key * Bigarray.Array1.get array 0) table 0

let () =
  for seed = 1 to 8 do Printf.printf "%d\n" (work seed) done;
  Gc.compact ();
  let text = String.concat "," (List.init 50000 string_of_int) in
  print_endline (Digest.to_hex (Digest.string text))
