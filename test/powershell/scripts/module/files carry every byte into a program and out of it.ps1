$folder = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId))
Push-Location $folder
try {
    # Every byte, no UTF-8, no line end last; more than any pipe holds, so that who reads and who writes must not wait for each other.
    $bytes = New-Object byte[] 3000001
    (New-Object System.Random 7).NextBytes($bytes)
    [System.IO.File]::WriteAllBytes("$folder/in.bin", $bytes)
    $hash = (Get-FileHash in.bin).Hash
    Assert-Equal @(Invoke-HcsContainer -Remove -InFile in.bin -OutFile out.bin cat).Count 0
    Assert-Equal $LASTEXITCODE 0
    Assert-Equal (Get-FileHash out.bin).Hash $hash
    $id = Start-TestContainer
    Invoke-HcsCommand $id cat -InputFile "$folder/in.bin" -OutputFile exec.bin
    Assert-Equal (Get-FileHash exec.bin).Hash $hash
    Invoke-HcsCommand $id sh, -c, 'printf "\000\377"; exit 3' -OutFile exec.bin
    Assert-Equal $LASTEXITCODE 3
    Assert-Equal ([System.BitConverter]::ToString([System.IO.File]::ReadAllBytes("$folder/exec.bin"))) '00-FF'

    # One without the other, and text of any length.
    Assert-Equal (Invoke-HcsContainer -Remove wc, -c -InFile in.bin).Trim() '3000001'
    Assert-Equal ('x' * 3000000 | Invoke-HcsContainer -Remove cat).Length 3000000
    Assert-Equal (Invoke-HcsCommand $id cat -InputText ('y' * 3000000)).Length 3000000

    $null = Assert-Fails { Invoke-HcsContainer -Remove cat -InFile nosuch.bin } 'invalidRequest'
    $null = Assert-Fails { Invoke-HcsContainer -Remove cat -OutFile nosuch/out.bin } 'invalidRequest'
    $null = Assert-Fails { 'x' | Invoke-HcsContainer -Remove cat -InFile in.bin } 'invalidRequest'
    $null = Assert-Fails { Invoke-HcsContainer -Capture cat -OutFile out.bin } 'invalidRequest'
    $null = Assert-Fails { Invoke-HcsContainer -Detach cat -OutFile out.bin } 'invalidRequest'
    $null = Assert-Fails { Invoke-HcsContainer -Detach cat -InFile in.bin } 'invalidRequest'
    Remove-TestContainer $id
} finally {
    Pop-Location
    Remove-Item $folder -Recurse
}
