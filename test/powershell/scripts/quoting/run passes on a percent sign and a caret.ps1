$hard = '%PATH% ^ !'
Assert-Equal (hcs run --rm -- sh -c 'printf %s "$1"' sh $hard | Out-String).TrimEnd("`r", "`n") $hard.TrimEnd("`r", "`n")
$got = Invoke-HcsContainer -Remove -Capture -Command sh, -c, 'printf %s "$1"', sh, $hard
Assert-Equal $got.Stdout $hard
