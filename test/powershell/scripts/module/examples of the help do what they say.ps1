# Those that need nothing but a container that runs, a spec, and the programs that every simulated container has.
$folder = New-Item -ItemType Directory -Path (Join-Path ([System.IO.Path]::GetTempPath()) (New-TestId))
Push-Location $folder
try {
    New-TestSpec sh, -c, true | ConvertTo-Json -Depth 20 | Set-Content config.json
    '{"build":20348,"cpus":4,"directories":[]}' | Set-Content host.json
    'b', 'a' | Set-Content names.txt
    $null = Invoke-HcsContainer -Detach -Id web -Label @{ team = 'build' } sh, -c, 'echo ready; echo oops >&2; exec sleep 600'
    $null = Get-HcsLog web -Follow | Where-Object Text -eq 'oops' | Select-Object -First 1
    $chosen = [ordered]@{
        'Get-HcsContainer' = 1, 3, 4; 'Get-HcsLog' = 1, 2, 3, 4; 'Get-HcsEvent' = 1, 3; 'Measure-HcsContainer' = 1, 2, 3, 4;
        'Get-HcsProcess' = 1, 2; 'Get-HcsHost' = 1, 2; 'Get-HcsPlan' = 1, 2; 'New-HcsContainer' = 2; 'Start-HcsContainer' = 2
        'Invoke-HcsContainer' = 1, 2, 4; 'Invoke-HcsCommand' = 1, 2; 'Stop-HcsContainer' = 4, 1; 'Wait-HcsContainer' = 1; 'Connect-HcsContainer' = 4; 'Remove-HcsContainer' = 3
    }
    $answers = @{}
    foreach ($name in $chosen.Keys) {
        $examples = @((Get-Help $name -Full).examples.example)
        foreach ($number in $chosen[$name]) {
            $code = "$($examples[$number - 1].code)"
            try {
                $answers["$name $number"] = @(& ([scriptblock]::Create($code)) 3>$null)
            } catch { throw "'$code': $_" }
        }
    }
    Assert-True ($answers['Get-HcsContainer 1'].Id -contains 'web')
    Assert-Equal @($answers['Get-HcsContainer 4']) @('build')
    Assert-Equal ($answers['Get-HcsLog 1'].Text | Sort-Object) @('oops', 'ready')
    Assert-Equal (Get-Content web.log | Sort-Object) @('oops', 'ready')
    Assert-Equal $answers['Get-HcsLog 3'][0].Text 'ready'
    Assert-Equal @($answers['Get-HcsLog 4'].Text) @('oops')
    Assert-Equal $answers['Get-HcsEvent 3'].Count 0
    Assert-True ($answers['Measure-HcsContainer 1'].Id -contains 'web')
    Assert-Equal $answers['Get-HcsProcess 1'][0].ProcessId 'init'
    Assert-Equal $answers['Get-HcsPlan 1'][0].SystemType 'Container'
    Assert-Equal @($answers['Invoke-HcsContainer 2']) @(3)
    Assert-Equal $answers['Invoke-HcsContainer 4'] @('a', 'b')
    Assert-Match ($answers['Invoke-HcsCommand 1'] -join '') 'Windows'
    Assert-Match ($answers['Connect-HcsContainer 4'] -join '') '^$'
    Assert-Equal $answers['Wait-HcsContainer 1'].Count 1
    $answers['New-HcsContainer 2'].Id, $answers['Start-HcsContainer 2'].Id | ForEach-Object { $_ } | Remove-TestContainer
    $null = Assert-Fails { Get-HcsContainer web } 'notFound'
} finally {
    Pop-Location
    Remove-Item $folder -Recurse
}
