$folder = Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId)
$null = New-Item -ItemType Directory -Path $folder
try {
    $in = Join-Path $folder in.bin
    $out = Join-Path $folder out.bin
    [byte[]] $bytes = @(0..255) + @(10, 13, 10, 0, 255, 10)
    [System.IO.File]::WriteAllBytes($in, $bytes)
    Get-Content -AsByteStream -Raw $in | Invoke-HcsContainer -Remove cat -OutFile $out
    Assert-Equal ([System.IO.File]::ReadAllBytes($out)) $bytes
    # One by one, too.
    Get-Content -AsByteStream $in | Invoke-HcsContainer -Remove cat -OutFile $out
    Assert-Equal ([System.IO.File]::ReadAllBytes($out)) $bytes
    $id = Start-TestContainer
    Get-Content -AsByteStream -Raw $in | Invoke-HcsCommand $id cat -OutFile $out
    Assert-Equal ([System.IO.File]::ReadAllBytes($out)) $bytes
    Remove-TestContainer $id
    # Numbers are lines.
    Assert-Equal @(3, 1, 2 | Invoke-HcsContainer -Remove sort) @('1', '2', '3')
} finally {
    Remove-Item -Recurse $folder
}
