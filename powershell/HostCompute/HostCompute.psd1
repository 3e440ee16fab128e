@{
    RootModule           = 'HostCompute.psm1'
    ModuleVersion        = '0.1.0'
    GUID                 = '6b1f5a0e-5d5e-4c0b-9b6e-1a6f0b8c2d11'
    Author               = 'hostcompute'
    CompanyName          = 'hostcompute'
    Copyright            = '(c) hostcompute. MIT license.'
    Description          = 'Containers on the Windows Host Compute Service, as objects. A thin layer over the command hcs.'
    PowerShellVersion    = '5.1'
    CompatiblePSEditions = @('Desktop', 'Core')
    TypesToProcess       = @('HostCompute.types.ps1xml')
    FormatsToProcess     = @('HostCompute.format.ps1xml')
    FunctionsToExport    = @(
        'Get-HcsContainer', 'New-HcsContainer', 'Start-HcsContainer', 'Stop-HcsContainer', 'Remove-HcsContainer',
        'Suspend-HcsContainer', 'Resume-HcsContainer', 'Wait-HcsContainer', 'Invoke-HcsContainer', 'Invoke-HcsCommand', 'Connect-HcsContainer',
        'Get-HcsLog', 'Get-HcsEvent', 'Measure-HcsContainer', 'Get-HcsProcess', 'Get-HcsHost', 'Get-HcsPlan'
    )
    CmdletsToExport      = @()
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags       = @('container', 'hcs', 'windows', 'docker')
            LicenseUri = 'https://opensource.org/licenses/MIT'
        }
    }
}
