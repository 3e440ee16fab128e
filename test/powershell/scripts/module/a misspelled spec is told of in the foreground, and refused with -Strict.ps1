$spec = @{ process = @{ args = @('true'); cwd = '/'; enviroment = @('A=1') } }
$warnings = $null
$null = Invoke-HcsContainer -Remove -Spec $spec -WarningVariable warnings -WarningAction SilentlyContinue
Assert-Equal $LASTEXITCODE 0
Assert-Match "$warnings" 'spec\.process\.enviroment is no member'
foreach ($block in { New-HcsContainer -Spec $spec -Strict -ErrorAction Stop }, { Invoke-HcsContainer -Remove -Spec $spec -Strict -ErrorAction Stop }, { Get-HcsPlan $spec -Strict -ErrorAction Stop }) {
    $failure = Assert-Fails $block 'invalidRequest'
    Assert-Match "$failure" 'members that are not known'
}
